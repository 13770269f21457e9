-- $id.
select i.number, c.name, c.email, i.total_cents from invoices i join clients c on c.id = i.client_id where i.id = $id;
