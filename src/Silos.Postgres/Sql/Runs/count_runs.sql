-- How many runs of a tenant match a filter.
-- A stage that cannot hold what the filter asks for is not read at all: its marker becomes "and false".
-- $1 tenant; the filter's values follow
select (select count(*) from live_run where tenant = $1::text /*live*/ /*filter*/)
    + (select count(*) from inbox_run where tenant = $1::text /*live*/ /*filter*/)
    + (select count(*) from finished_run where tenant = $1::text /*finished*/ /*filter*/)
