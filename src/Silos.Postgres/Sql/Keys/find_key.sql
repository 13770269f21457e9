-- One credential.
-- $1 id
select id, kind, name, scope, role, hash, created_at, created_by, expires_at, last_used_at, revoked_at, revoked_by, parent
from api_key where id = $1::text
