-- Deletes a job whose version is current, with its ledger; its definitions go with it. Its runs stay.
-- $1 tenant, $2 name, $3 version
with gone as (
    delete from job
    where tenant = $1::text and name = $2::text and version = $3::bigint
    returning tenant, name
), ledger as (
    delete from occurrence o using gone
    where o.tenant = gone.tenant and o.job = gone.name
)
select count(*) from gone
