-- Counts runs that have ended.
-- ?1 tenant, ?2 label, ?3 state, ?4 how many
insert into run_count (tenant, label, state, count)
values (?1, ?2, ?3, ?4)
    on conflict (tenant, label, state) do update set count = count + excluded.count
