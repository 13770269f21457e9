-- Replaces progress; a percentage that is not given stays.
-- $1 runs, $2 percentages, $3 messages
insert into progress (run_id, percent, message)
select p.run_id, p.percent, p.message
from unnest($1::uuid[], $2::integer[], $3::text[]) as p(run_id, percent, message)
on conflict (run_id) do update set percent = coalesce(excluded.percent, progress.percent), message = excluded.message
