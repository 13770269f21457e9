-- Each run of the history was decided.
insert into silos.occurrence (due_at, decided_at, run_id, verdict, tenant, job)
select occurrence_at, occurrence_at, id, 0, tenant, job from silos.run_history where occurrence_at is not null
on conflict do nothing;
