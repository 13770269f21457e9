-- Why: charts of throughput, lateness and durations must cost minutes of a day, not runs of a history.

-- What ended, by tenant and minute; every process adds up its own every few seconds. The arrays are counts by class of duration.
create table if not exists run_tally (
    tenant text collate "C" not null,
    minute timestamptz not null,
    completed bigint not null,
    failed bigint not null,
    cancelled bigint not null,
    skipped bigint not null,
    lateness bigint[] not null,
    durations bigint[] not null,
    primary key (tenant, minute)
) with (fillfactor = 50);

create index if not exists run_tally_minute on run_tally (minute);
