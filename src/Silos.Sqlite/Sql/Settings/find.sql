-- Reads a setting.
-- ?1 kind, ?2 key
select kind, key, value, version from setting where kind = ?1 and key = ?2
