-- Deletes what belongs to runs that ended and were not kept.
-- $1 runs
with doomed as (
    select d.id
    from unnest($1::uuid[]) as d(id)
    where not exists (select 1 from run r where r.id = d.id) and not exists (select 1 from run_history h where h.id = d.id)
), attempts as (
    delete from attempt a using doomed where a.run_id = doomed.id
), steps as (
    delete from step s using doomed where s.run_id = doomed.id
), lines as (
    delete from log_line l using doomed where l.run_id = doomed.id
)
delete from progress p using doomed where p.run_id = doomed.id
