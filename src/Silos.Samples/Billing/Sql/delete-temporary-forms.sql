-- $before, $limit.
delete from workflow_forms
where id in (select id from workflow_forms where temporary = 1 and created_at < $before order by id limit $limit);
