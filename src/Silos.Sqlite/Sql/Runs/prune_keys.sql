-- Deletes some idempotency keys whose window is over. Run with every batch that takes keys, so that the table stays small by itself.
-- ?1 now, ?2 limit
delete from idempotency
 where (tenant, key) in (select tenant, key from idempotency where until_at <= ?1 order by until_at limit ?2)
