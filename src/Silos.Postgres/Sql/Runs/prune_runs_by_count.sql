-- Deletes the finished runs of a job except the newest, oldest first.
-- $1 tenant, $2 job, $3 how many to keep, $4 how many to delete at most
with newest as materialized (
    select h.id from run_history h
    where h.tenant = $1::text and h.job = $2::text
    order by h.id desc
    offset $3::integer
    limit 1
), doomed as materialized (
    select h.id from run_history h
    where h.tenant = $1::text and h.job = $2::text and h.id <= (select n.id from newest n)
    order by h.id
    limit $4::integer
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
