-- $1 order, $2 now, $3 fencing token. The first confirmation stays; an attempt that was overtaken writes nothing.
update shop.customer_order set confirmed_at = coalesce(confirmed_at, $2), confirmed_by = $3
where id = $1 and confirmed_by <= $3;
