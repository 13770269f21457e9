-- $pattern: a LIKE pattern whose wildcards are escaped with a backslash.
select data from blocks where data like $pattern escape '\';
