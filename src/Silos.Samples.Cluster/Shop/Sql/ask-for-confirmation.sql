-- $1 order. A run like any other, in the transaction of whoever calls: nobody sees it before that commits. The key makes it one an order.
update shop.customer_order
set run = silos.enqueue('confirm-order', jsonb_build_object('orderId', id), idempotency_key => 'order-' || id)
where id = $1
returning run;
