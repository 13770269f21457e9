-- $job, $due.
insert into last_runs (job, due_at) values ($job, $due) on conflict (job) do update set due_at = excluded.due_at;
