-- Writes the next version of a job's definition, if it differs from the one that the job has or the job has just been inserted.
-- ?1 tenant, ?2 job, ?3 version, 0 for a job that was just inserted, ?4 definition, ?5 written at, ?6 written by, ?7 source, ?8 deployment version
insert into definition_version (tenant, job, number, written_at, written_by, source, deployment_version, definition)
select tenant, name, coalesce((select max(number) from definition_version where tenant = ?1 and job = ?2), 0) + 1, ?5, ?6, ?7, ?8, ?4
  from job
 where tenant = ?1
   and name = ?2
   and (?3 = 0 or (version = ?3 and definition <> ?4))
