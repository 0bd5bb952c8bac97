with parts as (
    select territory_id, potential, 0 as sales from accounts
    where churned_on is null or churned_on >= date '2026-07-01'
    union all
    select a.territory_id, null, amount
    from opportunities o left join accounts a using (account_id)
    where outcome = 'won' and closed_on between date '2026-07-01' and date '2026-09-30'
    union all
    select a.territory_id, null, 0  -- who was only called has no sales, and a line none the less
    from (
        select distinct coalesce(a.account_id, o.account_id) as account_id
        from activities a left join opportunities o using (opportunity_id)
        where coalesce(status, 'held') = 'held'
            and started_at >= timestamp '2026-07-01' and started_at < timestamp '2026-10-01'
    ) left join accounts a using (account_id)
)
select territory_id, sum(potential) as territory_potential,
    case when sum(potential) <> 0 then sum(sales) / sum(potential) end as penetration
from parts group by territory_id
