-- Who may do what (keys, and sessions of browsers), and who did what.
create table if not exists api_key (
    id text collate "C" primary key,
    kind text not null check (kind in ('key', 'session')),
    name text not null,
    scope text collate "C" not null, -- '*', or tenants with a slash between them
    role text not null check (role in ('viewer', 'operator', 'admin')),
    hash text not null, -- SHA-256 of the secret, which is nowhere
    created_at timestamptz not null,
    created_by text not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    revoked_by text,
    parent text
);

create index if not exists api_key_session on api_key (expires_at) where kind = 'session';

create table if not exists audit (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    tenant text collate "C" not null,
    actor text not null,
    action text collate "C" not null,
    target_kind text collate "C" not null,
    target_name text not null,
    reason text,
    detail text
);

create index if not exists audit_tenant on audit (tenant, id);
create index if not exists audit_target on audit (tenant, target_kind, target_name, id);
create index if not exists audit_age on audit (at);
