-- Deletes minutes that are too old, the oldest first.
-- ?1 before, ?2 limit
delete from run_tally
 where (tenant, minute_at) in (select tenant, minute_at
                                 from run_tally
                                where minute_at < ?1
                                order by minute_at
                                limit ?2)
