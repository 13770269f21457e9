-- Finds the ended run of a tenant before which so many newer ones stand, by id.
-- ?1 tenant, ?2 only ids below this one, or null, ?3 how many less one; the filter's values follow
select run.id
  from run_history as run
 where run.tenant = ?1
   and run.id < coalesce(?2, x'ffffffffffffffffffffffffffffffffff')
   and (/*filter*/)
 order by run.id desc
 limit 1 offset ?3
