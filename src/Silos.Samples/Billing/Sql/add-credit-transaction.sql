-- $credit, $kind, $amount, $at. A credit has one transaction of a kind.
insert into credit_transactions (credit_id, kind, amount_cents, at) values ($credit, $kind, $amount, $at)
on conflict (credit_id, kind) do nothing;
