-- Records a migration.
-- ?1 version, ?2 name
insert into schema_version (version, name, applied_at)
values (?1, ?2, cast(unixepoch('subsec') * 1000 as integer))
