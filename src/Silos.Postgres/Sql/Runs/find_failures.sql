-- The ids of what a page shows of the runs that did not do their work. Only what is in the index may stand in the filter.
-- $1 tenant, $2 how many at most, $3 how many to skip; the filter's values follow
select id
from run_history
where tenant = $1::text /*filter*/
order by id desc
limit $2::integer + $3::integer
