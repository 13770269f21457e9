-- Takes an idempotency key, or begins its window anew.
-- ?1 tenant, ?2 key, ?3 run, ?4 until
insert into idempotency (tenant, key, run_id, until_at)
values (?1, ?2, ?3, ?4)
    on conflict (tenant, key) do update set run_id = excluded.run_id, until_at = excluded.until_at
