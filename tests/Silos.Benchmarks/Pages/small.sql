-- A small tenant beside the large one: a thousand runs, older than all but a few of the others.
insert into silos.run_history (
    id, due_at, enqueued_at, occurrence_at, started_at, ended_at, token, partition, state, priority, attempts, losses, max_attempts, item_errors,
    tenant, queue, handler, job, worker, outcome, payload, options, tags, requested_by, cancel, result, error_type, error_message, error_stack)
select
    overlay(id::text placing '9' from 20 for 1)::uuid, due_at, enqueued_at, occurrence_at, started_at, ended_at, token, partition, state, priority, attempts, losses,
    max_attempts, item_errors, 'small', queue, handler, job, worker, outcome, payload, options, tags, requested_by, cancel, result, error_type, error_message, error_stack
from silos.run_history
order by id
limit 1000;
