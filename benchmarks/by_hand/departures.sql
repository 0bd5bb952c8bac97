with sold as (
    select territory_id, sum(amount) / 365 as daily
    from opportunities join accounts using (account_id)
    where outcome = 'won' and closed_on between date '2025-10-01' and date '2026-09-30'
    group by territory_id
),
rates as (
    select territory_id, coalesce(daily, 0) as daily
    from (select distinct territory_id from accounts where territory_id is not null)
    left join sold using (territory_id)
),
held as (
    select territory_id, starts_on,
        least(coalesce(t.ends_on, date '2026-10-02'), coalesce(left_on, date '2026-10-02'),
            date '2026-10-02') as ends_on
    from territory_assignments t left join reps using (rep_id)
    where coalesce(share, 1) > 0
),
following as (
    select territory_id, greatest(max(ends_on) over spell + 1, date '2025-10-03') as vacant_from,
        lead(starts_on) over spell as next_on
    from held where ends_on >= starts_on
    window spell as (partition by territory_id order by starts_on)
),
vacancies as (
    select territory_id, next_on is not null as filled,
        coalesce(next_on, date '2026-10-03') - vacant_from as days
    from following
),
costs as (
    select filled, 20000 + daily * days * 0.5 + 30000 - days * 200 as cost
    from vacancies left join rates using (territory_id) where days > 0
)
select filled, avg(cost) as departure_cost, sum(cost) as total_departure_cost
from costs group by filled
