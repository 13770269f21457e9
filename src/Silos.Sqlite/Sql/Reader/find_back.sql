-- Finds the run of a tenant before which so many newer ones stand, by id.
-- ?1 tenant, ?2 only ids below this one, or null, ?3 how many less one; the filter's values follow
select id
  from (select *
          from (select run.id
                  from run_history as run
                 where run.tenant = ?1
                   and run.id < coalesce(?2, x'ffffffffffffffffffffffffffffffffff')
                   and (/*filter*/)
                 order by /*not_by_id*/run.id desc
                 limit ?3 + 1)
         union all
        select *
          from (select run.id
                  from run
                 where run.tenant = ?1
                   and run.id < coalesce(?2, x'ffffffffffffffffffffffffffffffffff')
                   and (/*filter*/)
                 order by run.id desc
                 limit ?3 + 1))
 order by id desc
 limit 1 offset ?3
