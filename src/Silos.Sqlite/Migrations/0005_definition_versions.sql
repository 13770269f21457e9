-- Why: what a job was before it was changed, by whom and when, can only be told if it is kept.

-- The definitions that jobs have and had. Who has no name here wrote it with a version of Silos that kept none.
create table definition_version (
    tenant             text    not null,
    job                text    not null,
    number             integer not null check (number > 0),
    written_at         integer not null,
    written_by         text,
    source             text    not null,
    deployment_version text    not null,
    definition         text    not null check (json_valid(definition)),
    primary key (tenant, job, number),
    foreign key (tenant, job) references job (tenant, name) on delete cascade
) strict, without rowid;
