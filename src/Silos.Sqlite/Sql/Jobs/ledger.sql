-- Lists a job's ledger, latest first.
-- ?1 tenant, ?2 job, ?3 before or null, ?4 since or null, ?5 limit
select due_at, verdict, decided_at, run_id, until_at, count
  from occurrence
 where tenant = ?1
   and job = ?2
   and due_at < coalesce(?3, 9223372036854775807)
   and due_at >= coalesce(?4, -9223372036854775808)
 order by due_at desc
 limit ?5
