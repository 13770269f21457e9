-- Writes decisions into the ledger. None can exist: who writes them has moved the job's version and looked before.
-- $1 tenants, $2 jobs, $3 due, $4 verdicts, $5 decided, $6 runs, $7 until, $8 counts
insert into occurrence (tenant, job, due_at, verdict, decided_at, run_id, until, count)
select o.tenant, o.job, o.due_at, o.verdict, o.decided_at, o.run_id, o.until, o.count
from unnest($1::text[], $2::text[], $3::timestamptz[], $4::smallint[], $5::timestamptz[], $6::uuid[], $7::timestamptz[], $8::bigint[])
    as o(tenant, job, due_at, verdict, decided_at, run_id, until, count)
