-- A run's log from a sequence number on.
-- $1 tenant, $2 run, $3 after, $4 how many
select l.sequence, l.at, l.level, l.text, l.attempt
from log_line l
where l.run_id = $2::uuid and l.sequence > $3::bigint
    and (exists (select 1 from run r where r.id = $2::uuid and r.tenant = $1::text)
        or exists (select 1 from run_history h where h.id = $2::uuid and h.tenant = $1::text))
order by l.sequence
limit $4::integer
