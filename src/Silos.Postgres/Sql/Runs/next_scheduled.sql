-- The earliest due time of a scheduled run of a partition.
-- $1 partition
select min(due_at)
from run
where partition = $1::smallint and state = 0
