with owned as (
    select rep_id, region,
        case when row_number() over spell = 1 then date '1900-01-01' else starts_on end as from_on,
        lead(starts_on, 1, date '9999-12-31') over spell as until
    from rep_assignments
    window spell as (partition by rep_id order by starts_on)
),
counted as (
    select region,
        case when outcome = 'open' then date '2026-10-02' else closed_on end - created_on as days,
        case when outcome <> 'open' then outcome end as ending, count(*) as n
    from opportunities o left join owned w on o.rep_id = w.rep_id
        and coalesce(closed_on, date '2026-10-02') >= w.from_on
        and coalesce(closed_on, date '2026-10-02') < w.until
    where outcome <> 'void' and coalesce(type, 'new') <> 'renewal'
    group by all
),
by_day as (
    select region, days, sum(n) as seen, coalesce(sum(n) filter (ending = 'won'), 0) as won,
        coalesce(sum(n) filter (ending is not null), 0) as ended
    from counted where days >= 0 group by region, days
),
at_risk as (
    select *, sum(seen) over (partition by region order by days desc) as risk from by_day
),
still_open as (
    select *, coalesce(exp(sum(case when risk > ended then ln(1 - ended / risk) end)
        over (partition by region order by days rows between unbounded preceding and 1 preceding)), 1)
        as open_before
    from at_risk
),
curve as (
    select region, days, sum(open_before * won / risk) over (partition by region order by days)
        as incidence
    from still_open
),
ages as (select unnest([90, 180]) as age)
select region, age as days, coalesce(max(incidence) filter (c.days <= age), 0) as won_share
from curve c cross join ages
group by region, age
