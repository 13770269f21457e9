-- Writes progress; a message alone leaves the number.
-- ?1 run, ?2 progress or null, ?3 message
insert into run_progress (run_id, progress, message)
values (?1, ?2, ?3)
    on conflict (run_id) do update set progress = coalesce(excluded.progress, progress), message = excluded.message
