-- Why: charts of throughput, lateness and durations must cost minutes of a day, not runs of a history.

create table run_tally (
    tenant    text    not null,
    minute_at integer not null,
    completed integer not null,
    failed    integer not null,
    cancelled integer not null,
    skipped   integer not null,
    lateness  text    not null check (json_valid(lateness)), -- counts by class, see DurationHistogram
    durations text    not null check (json_valid(durations)),
    primary key (tenant, minute_at)
) strict, without rowid;

create index run_tally_age on run_tally (minute_at);
