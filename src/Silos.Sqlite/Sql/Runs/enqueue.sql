-- Puts a run in, or does nothing if its id was seen before: by any tenant, as log, steps and attempts are filed under the id alone.
-- ?1 id, ?2 partition, ?3 tenant, ?4 queue, ?5 rank, ?6 due, ?7 state, ?8 handler, ?9 job, ?10 occurrence, ?11 enqueued,
-- ?12 maximum attempts, ?13 requested by, ?14 options, ?15 payload, ?16 whether into the inbox
-- "or fail": what fails fails the caller's whole batch anyway, and the default would copy every page it touches for a rollback of its own.
insert or fail into run (id, partition, tenant, queue, rank, due_at, state, handler, job, occurrence_at, enqueued_at, max_attempts,
                 requested_by, options, payload, inbox)
select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
       case when ?16 then (select coalesce(max(inbox), 0) + 1 from run where inbox is not null) end
 where not exists (select 1 from run_history where id = ?1)
    on conflict (id) do nothing
