-- Holds the partition for its owner until the transaction ends; raises SI001 when the epoch is over.
-- $1 partition, $2 epoch
select assert_epoch($1::smallint, $2::bigint)
