-- Moves a job on under its version.
-- ?1 tenant, ?2 name, ?3 version, ?4 cursor, ?5 next due, ?6 the wake-up that was seen, ?7 pause or null for none new, ?8 now,
-- ?9 counts or null for none new, ?10 reboot mark or null for none new, ?11 last due, ?12 last verdict
update job
   set cursor_at = ?4,
       next_due = ?5,
       wake_at = case when wake_at <= ?6 then null else wake_at end,
       pause = coalesce(?7, pause),
       updated_at = case when ?7 is null then updated_at else ?8 end,
       counts = coalesce(?9, counts),
       reboot_mark = coalesce(?10, reboot_mark),
       last_due_at = ?11,
       last_verdict = ?12,
       version = version + 1
 where tenant = ?1
   and name = ?2
   and version = ?3
