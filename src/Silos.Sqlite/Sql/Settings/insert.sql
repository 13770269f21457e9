-- Inserts a setting unless it exists.
-- ?1 kind, ?2 key, ?3 value
insert into setting (kind, key, value, version)
values (?1, ?2, ?3, 1)
    on conflict (kind, key) do nothing
