-- $user, $month, $amount, $at. The unique key (user, month) is what makes a top-up happen once.
insert into credit_audit (user_id, month, amount, reason, at) values ($user, $month, $amount, 'monthly top-up', $at)
on conflict (user_id, month) do nothing;
