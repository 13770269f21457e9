-- $1 item, $2 pieces. Fails when there is not enough, and everything before it in the transaction with it.
update shop.stock set pieces = pieces - $2 where item = $1;
