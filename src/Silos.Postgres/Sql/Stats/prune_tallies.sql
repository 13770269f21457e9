-- Deletes minutes that are too old, the oldest first.
-- $1 before, $2 how many at most
with gone as (
    delete from run_tally t
    using (
        select tenant, minute
        from run_tally
        where minute < $1::timestamptz
        order by minute
        limit $2::integer
        for update skip locked
    ) old
    where t.tenant = old.tenant and t.minute = old.minute
    returning 1
)
select count(*)
from gone
