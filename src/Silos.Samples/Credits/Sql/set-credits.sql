-- $user, $credits. Never takes away what somebody has above the limit.
update users set free_credits = max(free_credits, $credits) where id = $user;
