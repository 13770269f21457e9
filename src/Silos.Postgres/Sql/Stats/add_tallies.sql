-- Adds numbers to the minutes of tenants. The callers sort the rows, so that two of them cannot wait for each other.
-- $1 tenants, $2 minutes, $3 completed, $4 failed, $5 cancelled, $6 skipped, $7 lateness, $8 durations (arrays as text)
insert into run_tally as t (tenant, minute, completed, failed, cancelled, skipped, lateness, durations)
select tenant, minute, completed, failed, cancelled, skipped, lateness::bigint[], durations::bigint[]
from unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[])
    as n(tenant, minute, completed, failed, cancelled, skipped, lateness, durations)
on conflict (tenant, minute) do update set
    completed = t.completed + excluded.completed,
    failed = t.failed + excluded.failed,
    cancelled = t.cancelled + excluded.cancelled,
    skipped = t.skipped + excluded.skipped,
    lateness = array(
        select coalesce(a, 0) + coalesce(b, 0)
        from unnest(t.lateness, excluded.lateness) with ordinality as u(a, b, i)
        order by i),
    durations = array(
        select coalesce(a, 0) + coalesce(b, 0)
        from unnest(t.durations, excluded.durations) with ordinality as u(a, b, i)
        order by i)
