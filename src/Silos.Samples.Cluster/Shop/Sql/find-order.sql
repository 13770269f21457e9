-- $1 order.
select id, item, pieces, run, confirmed_at from shop.customer_order where id = $1;
