-- How many jobs a tenant has.
-- $1 tenant
select count(*)::integer from job where tenant = $1::text
