-- Takes idempotency keys, in order; one row a key: what became of it and the run that stands for the request.
-- $1 whether the caller does not own the partition, $2 current instants, $3 tenants, $4 keys, $5 ids, $6 until,
-- $7 modes, $8 queues, $9 payloads, $10 due instants, $11 enqueued
select kind, id
from take_keys($1::boolean, $2::timestamptz[], $3::text[], $4::text[], $5::uuid[], $6::timestamptz[], $7::smallint[],
    $8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[])
