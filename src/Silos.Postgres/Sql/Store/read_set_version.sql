-- The newest migration of a set; 0 if there is none.
-- $1 set
select coalesce(max(version), 0) from migration_of where set_name = $1::text
