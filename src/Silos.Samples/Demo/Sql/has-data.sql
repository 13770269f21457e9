select count(*) from tiers;
