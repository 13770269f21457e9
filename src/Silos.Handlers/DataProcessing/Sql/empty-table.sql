-- Makes room for the rows that replace all others, in their transaction. {table}: a quoted identifier.
delete from {table}
