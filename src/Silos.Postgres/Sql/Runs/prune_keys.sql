-- Deletes idempotency keys that have been free since before an instant.
-- $1 before, $2 how many
delete from run_key
where (tenant, key) in (
    select k.tenant, k.key from run_key k where k.until < $1::timestamptz order by k.until limit $2::integer)
