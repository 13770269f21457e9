-- Lists settings of a kind.
-- ?1 kind
select kind, key, value, version from setting where kind = ?1 order by key
