-- Lists what a database contains, to tell an empty or known one from somebody else's.
select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name
