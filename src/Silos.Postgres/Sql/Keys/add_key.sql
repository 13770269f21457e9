-- Stores a credential; no row when its id is taken.
-- $1 id, $2 kind, $3 name, $4 scope, $5 role, $6 hash, $7 created_at, $8 created_by, $9 expires_at, $10 last_used_at, $11 revoked_at, $12 revoked_by, $13 parent
insert into api_key (id, kind, name, scope, role, hash, created_at, created_by, expires_at, last_used_at, revoked_at, revoked_by, parent)
values ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::timestamptz, $8::text, $9::timestamptz, $10::timestamptz,
        $11::timestamptz, $12::text, $13::text)
on conflict do nothing
returning id
