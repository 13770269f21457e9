select name, monthly_limit from tiers order by name;
