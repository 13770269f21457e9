-- $before, $limit.
delete from file_uploads
where id in (select id from file_uploads where type = 'temp' and created_at < $before order by id limit $limit);
