-- Reads a whole table. {table}: a quoted identifier.
select * from {table}
