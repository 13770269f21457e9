-- Counts a tenant's jobs.
-- ?1 tenant
select count(*) from job where tenant = ?1
