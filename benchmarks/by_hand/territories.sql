with held as (
    select account_id, potential, territory_id from accounts
    where churned_on is null or churned_on >= date '2026-07-01'
),
potentials as (select territory_id, sum(potential) as potential from held group by territory_id),
sold as (
    select a.territory_id, sum(amount) as sales
    from opportunities o left join accounts a using (account_id)
    where outcome = 'won' and closed_on between date '2026-07-01' and date '2026-09-30'
    group by a.territory_id
),
lines as (
    select potential, coalesce(sales, 0) as sales
    from potentials p left join sold s on p.territory_id is not distinct from s.territory_id
)
select (select sum(potential) from held) as territory_potential,
    sum(sales) filter (potential is not null) / sum(potential) as penetration
from lines
