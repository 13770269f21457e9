-- Finds the run that holds an idempotency key.
-- ?1 tenant, ?2 key, ?3 now
select run_id
  from idempotency
 where tenant = ?1
   and key = ?2
   and until_at > ?3
