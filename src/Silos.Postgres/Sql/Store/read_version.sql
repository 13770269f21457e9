-- The newest migration of the schema; 0 if there is none.
select coalesce(max(version), 0) from migration
