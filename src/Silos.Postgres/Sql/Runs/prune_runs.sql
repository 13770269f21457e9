-- Deletes finished runs that ended before an instant, of all jobs but some, and one-off runs.
-- $1 before, $2 failures or the others, $3 tenants and $4 names of the jobs left out, $5 how many
with doomed as materialized (
    select h.id from run_history h
    where h.ended_at < $1::timestamptz and (h.state in (4, 5)) = $2::boolean
        and (h.job is null or not exists (
            select 1 from unnest($3::text[], $4::text[]) as e(tenant, name) where e.tenant = h.tenant and e.name = h.job))
    order by h.ended_at
    limit $5::integer
), gone as (
    delete from run_history h using doomed where h.id = doomed.id
    returning h.id
), attempts as (
    delete from attempt a using gone where a.run_id = gone.id
), steps as (
    delete from step s using gone where s.run_id = gone.id
), lines as (
    delete from log_line l using gone where l.run_id = gone.id
), percents as (
    delete from progress p using gone where p.run_id = gone.id
)
select count(*) from gone
