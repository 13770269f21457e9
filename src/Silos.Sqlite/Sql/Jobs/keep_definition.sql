-- Keeps the definition that a job has, before it is changed, if it is not the newest version: an older version of Silos wrote it, nobody knows who.
-- ?1 tenant, ?2 job, ?3 version, ?4 the new definition
insert into definition_version (tenant, job, number, written_at, written_by, source, deployment_version, definition)
select job.tenant, job.name, coalesce(newest.number, 0) + 1, job.updated_at, null, job.source, job.deployment_version, job.definition
  from job
  left join definition_version as newest
    on newest.tenant = job.tenant
   and newest.job = job.name
   and newest.number = (select max(number) from definition_version where tenant = ?1 and job = ?2)
 where job.tenant = ?1
   and job.name = ?2
   and job.version = ?3
   and job.definition <> ?4
   and newest.definition is not job.definition
