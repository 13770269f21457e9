-- $until: the lines that have begun by then and have not ended.
select id, starts_on, ends_on from contract_lines where starts_on <= $until order by id;
