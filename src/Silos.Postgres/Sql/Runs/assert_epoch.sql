-- Holds the partition for its owner until the transaction ends; raises SI001 when the epoch is over.
-- $1 partition, $2 epoch
with held as materialized (
    select 1 from partition p
    where p.id = $1::smallint and p.epoch = $2::bigint and p.epoch > 0
    for share
)
select epoch_over($1::smallint, $2::bigint)
where not exists (select 1 from held)
