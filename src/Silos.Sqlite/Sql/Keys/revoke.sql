-- Revokes a credential once.
-- ?1 id, ?2 by, ?3 at
update api_key
   set revoked_by = ?2,
       revoked_at = ?3
 where id = ?1
   and revoked_at is null
