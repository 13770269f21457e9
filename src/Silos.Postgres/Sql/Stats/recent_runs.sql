-- How the newest finished runs of some jobs went: for each job one short walk along its index.
-- $1 tenant, $2 jobs, $3 how many of each
select j.name, h.id, h.state, h.started_at, h.ended_at
from unnest($2::text[]) as j(name)
cross join lateral (
    select id, state, started_at, ended_at
    from run_history
    where tenant = $1::text and job = j.name collate "C"
    order by id desc
    limit $3::integer
) h
order by j.name, h.id desc
