-- $now (a day): cycles that have begun and have no invoice.
select id from billing_cycles c where starts_on <= $now and not exists (select 1 from invoices i where i.cycle_id = c.id) order by id limit 5;
