-- Deletes the oldest ledger rows that end before an instant and before their job's cursor.
-- ?1 before, ?2 limit
delete from occurrence
 where (tenant, job, due_at) in (
       select occurrence.tenant, occurrence.job, occurrence.due_at
         from occurrence
         join job on job.tenant = occurrence.tenant and job.name = occurrence.job
        where occurrence.due_at < ?1
          and coalesce(occurrence.until_at, occurrence.due_at) < min(?1, job.cursor_at)
        order by occurrence.due_at
        limit ?2)
