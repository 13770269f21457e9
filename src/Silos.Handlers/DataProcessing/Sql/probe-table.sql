-- Reads no row, only the names and types of a table's columns. {table}: a quoted identifier.
select * from {table} where 1 = 0
