-- Deletes a setting under its version.
-- ?1 kind, ?2 key, ?3 version
delete from setting
 where kind = ?1
   and key = ?2
   and version = ?3
