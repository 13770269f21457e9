-- Makes the schema and the table of migrations, and works in that schema until the transaction ends. The marker is
-- replaced by the schema's name, which is checked to be a plain identifier: a name cannot be a parameter.
do $$
begin
    if not exists (select 1 from pg_namespace where nspname = '/*schema*/silos') then
        create schema /*schema*/silos;
    end if;
    set local search_path = /*schema*/silos, pg_temp;
    create table if not exists migration (
        version integer primary key,
        name text not null,
        applied_at timestamptz not null default now()
    );
end
$$
