-- Lists keys: those that open something first, and of each the latest first.
-- ?1 scope or null, ?2 now, ?3 limit, ?4 how many to leave out
select id, kind, name, scope, role, hash, created_at, created_by, expires_at, last_used_at, revoked_at, revoked_by, parent
  from api_key
 where kind = 'key'
   and (?1 is null or scope = ?1)
 order by revoked_at is not null or coalesce(expires_at <= ?2, false), created_at desc, id desc
 limit ?3 offset ?4
