-- Adds an entry to the audit log.
-- ?1 at, ?2 tenant, ?3 actor, ?4 action, ?5 target_kind, ?6 target_name, ?7 reason, ?8 detail
insert into audit (at, tenant, actor, action, target_kind, target_name, reason, detail)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
