-- The run of a tenant before which so many newer ones stand, by id. What may stand in the filter is in an index together with the ids.
-- $1 tenant, $2 how many less one; the filter's values follow
select id
from (
    (select id from run_history where tenant = $1::text /*finished*/ /*filter*/ order by id desc limit $2::integer + 1)
    union all
    (select id from run where tenant = $1::text /*live*/ /*filter*/ order by id desc limit $2::integer + 1)
    union all
    (select id from inbox_run where tenant = $1::text /*live*/ /*filter*/ order by id desc limit $2::integer + 1)
) newest
order by id desc
offset $2::integer
limit 1
