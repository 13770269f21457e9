-- The table that tells which migrations were applied.
create table if not exists schema_version (
    version    integer not null primary key,
    name       text    not null,
    applied_at integer not null
) strict;
