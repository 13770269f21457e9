-- Deletes finished runs of a job that ended before an instant.
-- $1 before, $2 failures or the others, $3 tenant, $4 job, $5 how many
with doomed as materialized (
    select h.id from run_history h
    where h.tenant = $3::text and h.job = $4::text
        and h.ended_at < $1::timestamptz and (h.state in (4, 5)) = $2::boolean
    order by h.id
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
