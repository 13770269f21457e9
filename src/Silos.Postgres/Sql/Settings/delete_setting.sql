-- Deletes a setting; no row when the version is not current.
-- $1 kind, $2 key, $3 version
delete from setting
where kind = $1::text and key = $2::text and version = $3::bigint
returning kind, key, value, version
