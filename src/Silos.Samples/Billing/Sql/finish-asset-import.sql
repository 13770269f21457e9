-- $id.
update asset_imports set status = 'done' where id = $id;
