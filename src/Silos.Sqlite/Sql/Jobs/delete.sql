-- Deletes a job under its version; its ledger and its definitions go with it.
-- ?1 tenant, ?2 name, ?3 version
delete from job
 where tenant = ?1
   and name = ?2
   and version = ?3
