-- A job's ledger, latest due instant first.
-- $1 tenant, $2 job, $3 before, $4 since, $5 how many
select due_at, verdict, decided_at, run_id, until, count
from occurrence
where tenant = $1::text and job = $2::text and due_at < $3::timestamptz and due_at >= $4::timestamptz
order by due_at desc
limit $5::integer
