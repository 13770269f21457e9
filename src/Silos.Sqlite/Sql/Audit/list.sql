-- Lists the audit log, latest first. What is null does not matter; an action that ends with a dot stands for all that begin so.
-- ?1 tenant, ?2 target_kind, ?3 target_name, ?4 actor, ?5 action, ?6 since, ?7 until, ?8 before, ?9 limit
select id, at, tenant, actor, action, target_kind, target_name, reason, detail
  from audit
 where tenant = ?1
   and (?2 is null or target_kind = ?2)
   and (?3 is null or target_name = ?3)
   and (?4 is null or actor = ?4)
   and (?5 is null or action = ?5 or (substr(?5, -1) = '.' and substr(action, 1, length(?5)) = ?5))
   and (?6 is null or at >= ?6)
   and (?7 is null or at < ?7)
   and (?8 is null or id < ?8)
 order by id desc
 limit ?9
