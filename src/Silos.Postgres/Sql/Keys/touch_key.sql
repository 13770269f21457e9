-- Notes that a credential was used.
-- $1 id, $2 at
update api_key set last_used_at = $2::timestamptz
where id = $1::text and (last_used_at is null or last_used_at < $2::timestamptz)
