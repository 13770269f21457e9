-- Writes a step, or replaces the one of its name in its place.
-- ?1 run, ?2 name, ?3 status, ?4 result, ?5 error, ?6 retries, ?7 processed, ?8 tenant
insert into run_step (run_id, name, tenant, ordinal, status, result, error, retry_count, processed_at)
values (?1, ?2, ?8, (select coalesce(max(ordinal), 0) + 1 from run_step where run_id = ?1), ?3, ?4, ?5, ?6, ?7)
    on conflict (run_id, name) do update
   set status = excluded.status,
       result = excluded.result,
       error = excluded.error,
       retry_count = excluded.retry_count,
       processed_at = excluded.processed_at
