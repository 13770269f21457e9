-- Adds a row that is nothing but its key, unless it is there. {table}, {columns}, {key}: quoted identifiers.
-- {values}: a parameter for each column, in order.
insert into {table} ({columns}) values ({values}) on conflict ({key}) do nothing
