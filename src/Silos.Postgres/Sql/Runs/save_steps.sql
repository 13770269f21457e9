-- Inserts or replaces steps by name, in order; a step keeps its first place.
-- $1 runs, $2 names, $3 statuses, $4 results, $5 errors, $6 retry counts, $7 processed
insert into step (run_id, name, status, result, error, retry_count, processed_at)
select s.run_id, s.name, s.status, s.result, s.error, s.retry_count, s.processed_at
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::timestamptz[]) with ordinality
    as s(run_id, name, status, result, error, retry_count, processed_at, place)
order by s.place
on conflict (run_id, name) do update set status = excluded.status, result = excluded.result, error = excluded.error,
    retry_count = excluded.retry_count, processed_at = excluded.processed_at
