-- $now, $limit.
delete from ai_session_keys where id in (select id from ai_session_keys where expires_at <= $now order by id limit $limit);
