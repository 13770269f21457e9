-- How many runs of a tenant match a filter.
-- $1 tenant; the filter's values follow
select count(*)
from any_run
where tenant = $1::text /*filter*/
