-- What keeps grains alive: a row a reminder. Silos share the reminders by ranges of the grains' hashes and read only their own,
-- so the hash is indexed: without that every silo reads every row, again and again.

create table reminder (
    service_id text not null,
    grain_id text not null,
    reminder_name text not null,
    starts_at timestamptz not null,
    -- Milliseconds.
    period bigint not null,
    grain_hash integer not null,
    version integer not null default 0,
    primary key (service_id, grain_id, reminder_name)
);

create index reminder_hash on reminder (service_id, grain_hash);

insert into orleansquery (querykey, querytext) values
('UpsertReminderRowKey', $query$
    insert into reminder as r (service_id, grain_id, reminder_name, starts_at, period, grain_hash)
    values (@ServiceId::text, @GrainId::text, @ReminderName::text, @StartTime::timestamptz, @Period::bigint, @GrainHash::integer)
    on conflict (service_id, grain_id, reminder_name) do update
    set starts_at = excluded.starts_at, period = excluded.period, grain_hash = excluded.grain_hash, version = r.version + 1
    returning version as Version
$query$),
('ReadReminderRowKey', $query$
    select grain_id as GrainId, reminder_name as ReminderName, starts_at as StartTime, period as Period, version as Version
    from reminder
    where service_id = @ServiceId::text and grain_id = @GrainId::text and reminder_name = @ReminderName::text
$query$),
('ReadReminderRowsKey', $query$
    select grain_id as GrainId, reminder_name as ReminderName, starts_at as StartTime, period as Period, version as Version
    from reminder
    where service_id = @ServiceId::text and grain_id = @GrainId::text
$query$),
-- A range excludes its begin and includes its end.
('ReadRangeRows1Key', $query$
    select grain_id as GrainId, reminder_name as ReminderName, starts_at as StartTime, period as Period, version as Version
    from reminder
    where service_id = @ServiceId::text and grain_hash > @BeginHash::integer and grain_hash <= @EndHash::integer
$query$),
-- A range that wraps around, or everything where both ends are one.
('ReadRangeRows2Key', $query$
    select grain_id as GrainId, reminder_name as ReminderName, starts_at as StartTime, period as Period, version as Version
    from reminder
    where service_id = @ServiceId::text and (grain_hash > @BeginHash::integer or grain_hash <= @EndHash::integer)
$query$),
('DeleteReminderRowKey', $query$
    with gone as (
        delete from reminder
        where service_id = @ServiceId::text and grain_id = @GrainId::text and reminder_name = @ReminderName::text
            and version = @Version::integer
        returning 1
    )
    select exists (select 1 from gone)
$query$),
('DeleteReminderRowsKey', $query$
    delete from reminder where service_id = @ServiceId::text
$query$);
