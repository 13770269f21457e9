-- Adds a row, or overwrites the one with its key. {table}, {columns}, {key}: quoted identifiers.
-- {values}: a parameter for each column, in order. {assignments}: each other column from the row that was refused.
insert into {table} ({columns}) values ({values}) on conflict ({key}) do update set {assignments}
