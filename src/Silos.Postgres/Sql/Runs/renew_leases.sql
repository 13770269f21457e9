-- Extends leases that are held under these epochs and returns them.
-- $1 partitions, $2 epochs, $3 lease until
update partition p set lease_until = $3::timestamptz
from unnest($1::smallint[], $2::bigint[]) as o(id, epoch)
where p.id = o.id and p.epoch = o.epoch and o.epoch > 0
returning p.id, p.epoch
