-- $id.
select body, status from asset_imports where id = $id;
