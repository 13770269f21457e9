-- Makes the table that remembers the migrations of other sets of tables in this schema, where there are such.
create table if not exists migration_of (
    set_name text not null,
    version integer not null,
    name text not null,
    applied_at timestamptz not null default now(),
    primary key (set_name, version)
)
