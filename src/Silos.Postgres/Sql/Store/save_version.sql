-- Remembers that a migration has been applied.
-- $1 version, $2 name
insert into migration (version, name) values ($1::integer, $2::text)
