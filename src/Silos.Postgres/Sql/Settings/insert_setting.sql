-- Stores a setting for the first time; no row when it exists.
-- $1 kind, $2 key, $3 value
insert into setting (kind, key, value, version)
values ($1::text, $2::text, $3::text, 1)
on conflict do nothing
returning kind, key, value, version
