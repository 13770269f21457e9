-- Ends leases that are held under these epochs.
-- $1 partitions, $2 epochs
update partition p set lease_until = null
from unnest($1::smallint[], $2::bigint[]) as o(id, epoch)
where p.id = o.id and p.epoch = o.epoch and o.epoch > 0
