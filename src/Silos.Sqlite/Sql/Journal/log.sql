-- Writes a log line, unless its sequence number exists.
-- ?1 run, ?2 sequence, ?3 at, ?4 level, ?5 text, ?6 attempt
insert into run_log (run_id, sequence, at, level, text, attempt)
values (?1, ?2, ?3, ?4, ?5, ?6)
    on conflict (run_id, sequence) do nothing
