-- Until when a partition's lease lasts, and whose it is.
-- $1 partition
select lease_until, owner
from partition
where id = $1::smallint
