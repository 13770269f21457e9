-- $limit. The code comes from the key, so the same row always gets the same one.
update students set code = printf('S%05d', id)
where id in (select id from students where code is null or code = '' order by id limit $limit);
