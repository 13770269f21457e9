-- Revokes a credential; no row when there is none or it was revoked before.
-- $1 id, $2 by, $3 at
update api_key set revoked_by = $2::text, revoked_at = $3::timestamptz
where id = $1::text and revoked_at is null
returning id
