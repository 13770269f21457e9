-- Runs of jobs, of all tenants, that have been executing since before an instant, the longest first.
-- Led by the open claims, of which there are few: the limit keeps the planner from reading all runs to join them.
-- $1 before, $2 how many at most
select r.tenant, r.job, r.id, r.due_at, o.started_at
from open_attempt o
cross join lateral (
    select t.tenant, t.job, t.id, coalesce(t.occurrence_at, t.due_at) as due_at
    from run t
    where t.id = o.run_id and t.token < o.token and t.job is not null
    limit 1
) r
where o.started_at < $1::timestamptz
order by o.started_at, r.id
limit $2::integer
