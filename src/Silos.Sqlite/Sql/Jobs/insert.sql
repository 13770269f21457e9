-- Inserts a job unless it exists. What the finishing of runs owns starts at its defaults.
-- ?1 tenant, ?2 name, ?3 definition, ?4 source, ?5 deployment version, ?6 enabled, ?7 pause, ?8 created, ?9 updated, ?10 cursor,
-- ?11 next due, ?12 wake-up, ?13 counts, ?14 last due, ?15 last verdict, ?16 reboot mark
insert into job (tenant, name, definition, source, deployment_version, enabled, pause, created_at, updated_at, cursor_at, next_due,
                 wake_at, counts, last_due_at, last_verdict, reboot_mark, version)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 1)
    on conflict (tenant, name) do nothing
