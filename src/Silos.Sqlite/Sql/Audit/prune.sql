-- Deletes the oldest entries.
-- ?1 before, ?2 limit
delete from audit
 where id in (select id from audit where at < ?1 order by at limit ?2)
