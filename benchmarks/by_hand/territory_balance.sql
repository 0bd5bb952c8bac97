with worked as (
    select coalesce(a.account_id, o.account_id) as account_id,
        sum(minutes) filter (minutes >= 0) / 60 as hours
    from activities a left join opportunities o using (opportunity_id)
    where coalesce(status, 'held') = 'held'
        and started_at >= timestamp '2026-07-01' and started_at < timestamp '2026-10-01'
    group by 1
),
parts as (
    select territory_id, potential, 0 as sales, null as hours from accounts
    where churned_on is null or churned_on >= date '2026-07-01'
    union all
    select a.territory_id, null, amount, null
    from opportunities o left join accounts a using (account_id)
    where outcome = 'won' and closed_on between date '2026-07-01' and date '2026-09-30'
    union all
    select a.territory_id, null, 0, hours from worked left join accounts a using (account_id)
),
lines as (
    select territory_id, sum(potential) as potential, sum(sales) as sales, sum(hours) as workload
    from parts where territory_id is not null group by territory_id
),
means as (
    select avg(potential) as potential, avg(sales) as sales, avg(workload) as workload from lines
    where potential + sales + workload is not null
),
balance as (
    select (l.potential / m.potential + l.sales / m.sales + l.workload / m.workload) / 3 as value
    from lines l, means m
),
ranked as (
    select value, row_number() over (order by value) as place from balance where value is not null
)
select count(*) as n,
    count(*) filter (abs(value - 1) > 0.15 + 1e-12) / count(*) as outside_share,
    stddev_samp(value) / avg(value) as variation,
    (2 * sum(place * value) / sum(value) - (count(*) + 1)) / count(*) as gini
from ranked
