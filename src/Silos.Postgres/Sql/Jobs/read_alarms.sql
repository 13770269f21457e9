-- When active jobs want to be woken, earliest first.
-- $1 after, $2 until, $3 how many
select tenant, name, least(next_due, wake_at)
from job
where active and least(next_due, wake_at) > $1::timestamptz and least(next_due, wake_at) <= $2::timestamptz
order by least(next_due, wake_at), tenant, name
limit $3::integer
