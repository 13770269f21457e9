-- Remembers that a migration of a set has been applied.
-- $1 version, $2 name, $3 set
insert into migration_of (set_name, version, name) values ($3::text, $1::integer, $2::text)
