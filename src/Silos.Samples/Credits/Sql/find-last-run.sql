-- $job.
select due_at from last_runs where job = $job;
