-- $cycle: a billing cycle with what an invoice needs.
select c.starts_on, l.client_id, l.description, l.amount_cents
from billing_cycles c join contract_lines l on l.id = c.line_id where c.id = $cycle;
