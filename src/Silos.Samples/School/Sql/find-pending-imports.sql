-- $limit: how many.
select id, body from import_data where status = 'pending' order by id limit $limit;
