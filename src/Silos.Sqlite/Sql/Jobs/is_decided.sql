-- Tells whether a due instant has a row of its own or lies inside a range.
-- ?1 tenant, ?2 job, ?3 due
select 1
 where exists (select 1 from occurrence where tenant = ?1 and job = ?2 and due_at = ?3)
    or exists (select 1
                 from occurrence
                where tenant = ?1 and job = ?2 and until_at is not null and until_at >= ?3 and due_at <= ?3)
