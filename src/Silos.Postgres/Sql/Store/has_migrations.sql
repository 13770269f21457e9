-- Whether the schema has ever been migrated.
-- $1 schema
select to_regclass(format('%I.migration', $1::text)) is not null
