-- $line, $starts.
insert into billing_cycles (line_id, starts_on) values ($line, $starts) on conflict (line_id, starts_on) do nothing;
