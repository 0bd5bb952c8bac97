with owned as (
    select rep_id, region, starts_on,
        case when row_number() over spell = 1 then date '1900-01-01' else starts_on end as from_on,
        lead(starts_on, 1, date '9999-12-31') over spell as until
    from rep_assignments
    window spell as (partition by rep_id order by starts_on)
),
days as (
    select unnest(generate_series(date '2026-07-01', date '2026-09-30', interval 1 day))::date as day
),
managers as (
    select manager_id as rep_id from rep_assignments where manager_id is not null
    except select rep_id from quotas where coalesce(level, 'rep') = 'rep'
),
there as (
    select r.rep_id, w.from_on, w.region, day, hired_on, coalesce(s.fte, 1) as fte,
        exists (from leaves l where l.rep_id = r.rep_id and day >= l.starts_on
            and day <= coalesce(l.ends_on, day)) as away
    from reps r cross join days join owned w on w.rep_id = r.rep_id
        and day >= w.from_on and day < w.until
    left join rep_assignments s on s.rep_id = r.rep_id and s.starts_on = w.starts_on
    where day >= coalesce(hired_on, day) and day <= coalesce(left_on, day)
        and r.rep_id not in (select rep_id from managers where rep_id is not null)
),
heads as (
    select rep_id, from_on, any_value(region) as region, count(*) / 92 as headcount,
        count(*) filter (not away) / 92 * any_value(fte) as ramped_fte,
        count(*) filter (not away) / 7 as weeks
    from there group by rep_id, from_on
),
won as (
    select o.rep_id, w.from_on, any_value(region) as region, sum(amount) as bookings, count(*) as wins
    from opportunities o left join owned w on o.rep_id = w.rep_id
        and closed_on >= w.from_on and closed_on < w.until
    where outcome = 'won' and closed_on between date '2026-07-01' and date '2026-09-30'
    group by 1, 2
),
spent as (
    select a.rep_id, w.from_on,
        case when count(minutes) filter (known) > 0
            then coalesce(sum(minutes) filter (known and category = 'selling'), 0) / 60 end as hours,
        count(*) filter (held and external and lower(type) in ('meeting', 'demo')) as meetings
    from (
        select *, coalesce(status, 'held') = 'held' as held,
            coalesce(status, 'held') = 'held' and category is not null and minutes >= 0 as known
        from activities
        where started_at >= timestamp '2026-07-01' and started_at < timestamp '2026-10-01'
    ) a left join owned w on a.rep_id = w.rep_id
        and started_at::date >= w.from_on and started_at::date < w.until
    group by 1, 2
),
lines as (
    select coalesce(h.rep_id, w.rep_id) as rep_id, coalesce(h.region, w.region) as region,
        coalesce(headcount, 0) as headcount, coalesce(ramped_fte, 0) as ramped_fte,
        coalesce(weeks, 0) as weeks, coalesce(wins, 0) as wins, h.rep_id is not null as active,
        case when coalesce(wins, 0) = 0 then 0 else bookings end as bookings, hours,
        coalesce(meetings, 0) as meetings
    from heads h full join won w on h.rep_id = w.rep_id and h.from_on = w.from_on
    left join spent s on s.rep_id = coalesce(h.rep_id, w.rep_id)
        and s.from_on = coalesce(h.from_on, w.from_on)
)
select region, sum(bookings) / nullif(sum(headcount), 0) as bookings_per_rep,
    sum(bookings) / nullif(sum(ramped_fte), 0) as bookings_per_ramped_fte,
    sum(bookings) / nullif(count(distinct rep_id) filter (wins > 0 and rep_id <> 'not in reps'), 0)
        as bookings_per_productive_rep,
    count(distinct rep_id) filter (wins > 0 and active)
        / nullif(count(distinct rep_id) filter (active), 0) as productive_rep_share,
    sum(bookings) filter (hours is not null) / nullif(sum(hours) filter (bookings is not null), 0)
        as bookings_per_selling_hour,
    sum(meetings) / nullif(sum(weeks), 0) as meetings_per_rep_week
from lines group by region
