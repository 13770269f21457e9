-- Deletes idempotency keys whose window is over, and tells how many.
-- $1 the current instant, $2 how many at most
with gone as (
    delete from run_key
    where (tenant, key) in (
        select k.tenant, k.key from run_key k
        where k.until <= $1::timestamptz
        order by k.until
        limit $2::integer
        for update skip locked)
    returning 1
)
select count(*) from gone
