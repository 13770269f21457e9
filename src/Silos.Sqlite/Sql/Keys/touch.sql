-- Notes that a credential was used.
-- ?1 id, ?2 at
update api_key
   set last_used_at = ?2
 where id = ?1
   and coalesce(last_used_at < ?2, true)
