-- Who may do what (keys, and sessions of browsers), and who did what.
create table api_key (
    id           text    not null primary key check (length(id) = 12),
    kind         text    not null check (kind in ('key', 'session')),
    name         text    not null,
    scope        text    not null, -- '*', or tenants with a slash between them
    role         text    not null check (role in ('viewer', 'operator', 'admin')),
    hash         text    not null check (length(hash) = 64), -- SHA-256 of the secret, which is nowhere
    created_at   integer not null,
    created_by   text    not null,
    expires_at   integer,
    last_used_at integer,
    revoked_at   integer,
    revoked_by   text,
    parent       text
) strict, without rowid;

create index api_key_session on api_key (expires_at) where kind = 'session';

create table audit (
    id          integer primary key,
    at          integer not null,
    tenant      text    not null,
    actor       text    not null,
    action      text    not null,
    target_kind text    not null,
    target_name text    not null,
    reason      text,
    detail      text    check (json_valid(detail))
) strict;

create index audit_tenant on audit (tenant, id);
create index audit_target on audit (tenant, target_kind, target_name, id);
create index audit_age on audit (at);
