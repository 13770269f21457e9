-- Adds an entry to the audit log.
-- $1 at, $2 tenant, $3 actor, $4 action, $5 target_kind, $6 target_name, $7 reason, $8 detail
insert into audit (at, tenant, actor, action, target_kind, target_name, reason, detail)
values ($1::timestamptz, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text)
