-- Adds a row. {table}, {columns}: quoted identifiers. {values}: a parameter for each column, in order.
insert into {table} ({columns}) values ({values})
