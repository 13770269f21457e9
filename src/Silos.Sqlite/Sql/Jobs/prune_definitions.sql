-- Deletes all but a job's newest definitions.
-- ?1 tenant, ?2 job, ?3 how many stay
delete from definition_version
 where tenant = ?1
   and job = ?2
   and number <= (select max(number) from definition_version where tenant = ?1 and job = ?2) - ?3
