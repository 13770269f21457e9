-- How many runs of a tenant there are, by job, or by handler for one-off runs.
-- $1 tenant
select name, sum(total)::bigint as total, sum(successful)::bigint as successful, sum(failed)::bigint as failed
from (
    select coalesce(job, handler) as name, count(*) as total, count(*) filter (where state in (3, 7)) as successful,
        count(*) filter (where state in (4, 5, 6)) as failed
    from run_history
    where tenant = $1::text
    group by 1
    union all
    select coalesce(job, handler), count(*), 0, 0
    from run
    where tenant = $1::text
    group by 1
    union all
    select coalesce(job, handler), count(*), 0, 0
    from inbox
    where tenant = $1::text
    group by 1
) counted
group by name
