-- Stores a credential unless its id is taken.
-- ?1 id, ?2 kind, ?3 name, ?4 scope, ?5 role, ?6 hash, ?7 created_at, ?8 created_by, ?9 expires_at, ?10 last_used_at, ?11 revoked_at, ?12 revoked_by, ?13 parent
insert into api_key (id, kind, name, scope, role, hash, created_at, created_by, expires_at, last_used_at, revoked_at, revoked_by, parent)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
    on conflict (id) do nothing
