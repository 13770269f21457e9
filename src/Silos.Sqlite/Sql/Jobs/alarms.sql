-- Reads when active jobs want to be looked at, earliest first.
-- ?1 after, ?2 until, ?3 limit
select tenant, name, alarm_at
  from job
 where alarm_at > ?1
   and alarm_at <= ?2
 order by alarm_at, tenant, name
 limit ?3
