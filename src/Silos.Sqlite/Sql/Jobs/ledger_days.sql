-- Counts how a job's due instants were decided, by the days (UTC) of a row's first and last instant.
-- ?1 tenant, ?2 job, ?3 since, ?4 before
select due_at / 86400000 * 86400000 as day, coalesce(until_at, due_at) / 86400000 * 86400000 as last_day, verdict, sum(count)
  from occurrence
 where tenant = ?1
   and job = ?2
   and due_at >= ?3
   and due_at < ?4
 group by day, last_day, verdict
 order by day, last_day, verdict
