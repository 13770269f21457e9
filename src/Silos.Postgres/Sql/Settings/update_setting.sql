-- Updates a setting; no row when the version is not current.
-- $1 kind, $2 key, $3 value, $4 version
update setting set value = $3::text, version = version + 1
where kind = $1::text and key = $2::text and version = $4::bigint
returning kind, key, value, version
