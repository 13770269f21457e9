-- The definitions that a job has and had, latest first.
-- $1 tenant, $2 job, $3 before this number, $4 how many
select number, written_at, written_by, source, deployment_version, definition
from definition_version
where tenant = $1::text and job = $2::text and number < $3::bigint
order by number desc
limit $4::integer
