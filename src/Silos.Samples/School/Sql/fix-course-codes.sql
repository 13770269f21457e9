-- $limit.
update courses set code = printf('C%05d', id)
where id in (select id from courses where code is null or code = '' order by id limit $limit);
