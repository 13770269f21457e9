-- Lists keys, latest first.
-- ?1 scope or null, ?2 limit
select id, kind, name, scope, role, hash, created_at, created_by, expires_at, last_used_at, revoked_at, revoked_by, parent
  from api_key
 where kind = 'key'
   and (?1 is null or scope = ?1)
 order by created_at desc, id desc
 limit ?2
