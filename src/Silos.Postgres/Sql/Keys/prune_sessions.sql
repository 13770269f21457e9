-- Deletes sessions that are over.
-- $1 before, $2 limit
delete from api_key
where id in (
    select id from api_key
    where kind = 'session' and (expires_at < $1::timestamptz or revoked_at < $1::timestamptz)
    limit $2::integer)
returning id
