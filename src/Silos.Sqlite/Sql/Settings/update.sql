-- Updates a setting under its version.
-- ?1 kind, ?2 key, ?3 value, ?4 version
update setting
   set value = ?3,
       version = version + 1
 where kind = ?1
   and key = ?2
   and version = ?4
