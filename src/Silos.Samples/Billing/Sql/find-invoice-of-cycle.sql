-- $cycle.
select id, number from invoices where cycle_id = $cycle;
