-- Writes a decision to the ledger.
-- ?1 tenant, ?2 job, ?3 due, ?4 verdict, ?5 decided, ?6 run or null, ?7 until or null, ?8 count
insert into occurrence (tenant, job, due_at, verdict, decided_at, run_id, until_at, count)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
