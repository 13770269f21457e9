-- How a job's due instants were decided, by the days (UTC) of a row's first and last instant.
-- $1 tenant, $2 job, $3 since, $4 before
select date_trunc('day', due_at, 'UTC'), date_trunc('day', coalesce(until, due_at), 'UTC'), verdict, sum(count)::bigint
from occurrence
where tenant = $1::text and job = $2::text and due_at >= $3::timestamptz and due_at < $4::timestamptz
group by 1, 2, 3
order by 1, 2, 3
