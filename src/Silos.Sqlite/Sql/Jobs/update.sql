-- Updates a job under its version, all but what the finishing of runs owns. Of two wake-ups the later stays: only a plan clears one.
-- A pause that is taken away ends the streak of failures.
-- ?1 to ?16 as in insert, ?17 version
update job
   set definition = ?3,
       source = ?4,
       deployment_version = ?5,
       enabled = ?6,
       consecutive_failures = case when pause is not null and ?7 is null then 0 else consecutive_failures end,
       pause = ?7,
       created_at = ?8,
       updated_at = ?9,
       cursor_at = ?10,
       next_due = ?11,
       wake_at = max(coalesce(?12, wake_at), coalesce(wake_at, ?12)),
       counts = ?13,
       last_due_at = ?14,
       last_verdict = ?15,
       reboot_mark = ?16,
       version = version + 1
 where tenant = ?1
   and name = ?2
   and version = ?17
