-- The ended run of a tenant before which so many newer ones stand, by id. What may stand in the filter is in an index together with the ids.
-- $1 tenant, $2 how many less one; the filter's values follow
select id
from run_history
where tenant = $1::text /*filter*/
order by id desc
offset $2::integer
limit 1
