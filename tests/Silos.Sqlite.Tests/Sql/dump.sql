-- Lists everything the migrations made, in an order that does not depend on when.
select sql
  from sqlite_schema
 where sql is not null
   and name <> 'schema_version'
 order by case type when 'table' then 1 when 'index' then 2 else 3 end, tbl_name, name
