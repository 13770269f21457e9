-- Deletes ledger rows that end before an instant and before their job's cursor, oldest first.
-- $1 before, $2 how many
with doomed as materialized (
    select o.tenant, o.job, o.due_at from occurrence o
    join job j on j.tenant = o.tenant and j.name = o.job
    where o.due_at < $1::timestamptz and coalesce(o.until, o.due_at) < least($1::timestamptz, j.cursor)
    order by o.due_at
    limit $2::integer
), gone as (
    delete from occurrence o using doomed d
    where o.tenant = d.tenant and o.job = d.job and o.due_at = d.due_at
    returning 1
)
select count(*)::integer from gone
