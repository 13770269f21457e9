-- Which journal entries count: the partition's epoch is theirs and the run's closed token is below theirs. Holds both
-- until the transaction ends; a run that is being ended right now does not count.
-- $1 partitions, $2 epochs, $3 tenants, $4 runs, $5 tokens
with held as materialized (
    select p.id, p.epoch from partition p
    where p.id = any ($1::smallint[])
    order by p.id
    for share of p
)
select e.place::integer
from unnest($1::smallint[], $2::bigint[], $3::text[], $4::uuid[], $5::bigint[]) with ordinality
    as e(partition, epoch, tenant, run_id, token, place)
join held h on h.id = e.partition and h.epoch = e.epoch and e.epoch > 0
join run r on r.id = e.run_id and r.partition = e.partition and r.tenant = e.tenant and r.token < e.token
for key share of r skip locked
