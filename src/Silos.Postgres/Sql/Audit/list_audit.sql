-- The audit log, latest first. What is null does not matter; an action that ends with a dot stands for all that begin so.
-- $1 tenant, $2 target_kind, $3 target_name, $4 actor, $5 action, $6 since, $7 until, $8 before, $9 limit
select id, at, tenant, actor, action, target_kind, target_name, reason, detail
from audit
where tenant = $1::text
  and ($2::text is null or target_kind = $2::text)
  and ($3::text is null or target_name = $3::text)
  and ($4::text is null or actor = $4::text)
  and ($5::text is null or action = $5::text or (right($5::text, 1) = '.' and starts_with(action, $5::text)))
  and ($6::timestamptz is null or at >= $6::timestamptz)
  and ($7::timestamptz is null or at < $7::timestamptz)
  and ($8::bigint is null or id < $8::bigint)
order by id desc
limit $9::integer
