-- Counts a job's runs that have not ended, the inbox included.
-- ?1 tenant, ?2 job
select count(*) from run where tenant = ?1 and job = ?2
