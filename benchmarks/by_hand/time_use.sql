with owned as (
    select rep_id, region,
        case when row_number() over spell = 1 then date '1900-01-01' else starts_on end as from_on,
        lead(starts_on, 1, date '9999-12-31') over spell as until
    from rep_assignments
    window spell as (partition by rep_id order by starts_on)
),
lines as (
    select region, category, type, status, started_at,
        coalesce(status, 'held') = 'held' and started_at::date <= date '2026-10-02' as held,
        minutes / 60 as hours
    from activities a left join owned w on a.rep_id = w.rep_id
        and started_at::date >= w.from_on and started_at::date < w.until
),
worked as (
    select *, case when held and minutes_ok then hours end as spent
    from (select *, hours >= 0 and category is not null as minutes_ok from lines)
)
select region,
    sum(spent) filter (category = 'selling') / sum(spent) as selling_time_share,
    sum(spent) filter (category = 'admin') / sum(spent) as admin_time_share,
    sum(spent) filter (category = 'prospecting') / sum(spent) as prospecting_time_share,
    count(*) filter (held and status is not null and lower(type) in ('meeting', 'demo'))
        / count(*) filter (status is not null and started_at::date <= date '2026-10-02'
            and lower(type) in ('meeting', 'demo')) as meeting_hold_rate
from worked group by region
