-- Until when a partition's lease lasts.
-- $1 partition
select lease_until
from partition
where id = $1::smallint
