-- The tenants that have jobs.
select distinct tenant from job order by tenant
