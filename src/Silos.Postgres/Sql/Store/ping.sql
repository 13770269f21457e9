-- Tells that the server answers.
select 1
