-- The tenants that have jobs: one seek each, where "distinct" would read every job.
with recursive known (tenant) as (
    select min(tenant) from job
    union all
    select (select min(job.tenant) from job where job.tenant > known.tenant) from known where known.tenant is not null
)
select tenant from known where tenant is not null
