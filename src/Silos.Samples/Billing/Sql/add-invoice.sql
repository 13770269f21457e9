-- $cycle, $client, $number, $total, $at. One invoice a cycle, whoever asks twice.
insert into invoices (cycle_id, client_id, number, total_cents, created_at) values ($cycle, $client, $number, $total, $at)
on conflict (cycle_id) do nothing;
