-- Lists the definitions that a job has and had, latest first.
-- ?1 tenant, ?2 job, ?3 before this number or null, ?4 limit
select number, written_at, written_by, source, deployment_version, definition
  from definition_version
 where tenant = ?1
   and job = ?2
   and number < coalesce(?3, 9223372036854775807)
 order by number desc
 limit ?4
