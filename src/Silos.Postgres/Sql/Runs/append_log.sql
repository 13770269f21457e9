-- Appends log lines; a sequence number that exists is left as it is.
-- $1 runs, $2 sequences, $3 instants, $4 levels, $5 texts, $6 attempts
insert into log_line (run_id, sequence, at, level, text, attempt)
select l.run_id, l.sequence, l.at, l.level, l.text, l.attempt
from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::integer[])
    as l(run_id, sequence, at, level, text, attempt)
on conflict (run_id, sequence) do nothing
