-- Why: what a job was before it was changed, by whom and when, can only be told if it is kept.

-- The definitions that jobs have and had. Who has no name here wrote it with a version of Silos that keeps none.
create table if not exists definition_version (
    tenant text collate "C" not null,
    job text collate "C" not null,
    number bigint not null,
    written_at timestamptz not null,
    written_by text,
    source text collate "C" not null,
    deployment_version text not null,
    definition text not null,
    primary key (tenant, job, number),
    foreign key (tenant, job) references job on delete cascade
);
