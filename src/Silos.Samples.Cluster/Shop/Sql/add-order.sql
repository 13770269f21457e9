-- $1 item, $2 pieces.
insert into shop.customer_order (item, pieces) values ($1, $2) returning id;
