-- Writes one minute.
-- ?1 tenant, ?2 minute, ?3 completed, ?4 failed, ?5 cancelled, ?6 skipped, ?7 lateness, ?8 durations
insert or replace into run_tally (tenant, minute_at, completed, failed, cancelled, skipped, lateness, durations)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
