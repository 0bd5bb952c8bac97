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
    select rep_id, from_on, any_value(region) as region, count(*) as days from there
    group by rep_id, from_on
),
won as (
    select o.rep_id, w.from_on, sum(margin) as margin, count(*) as wins
    from opportunities o
    left join (select opportunity_id, sum(margin) as margin from opportunity_lines group by 1) p
        using (opportunity_id)
    left join owned w on o.rep_id = w.rep_id and closed_on >= w.from_on and closed_on < w.until
    where outcome = 'won' and closed_on between date '2026-07-01' and date '2026-09-30'
    group by 1, 2
),
paid as (
    select p.rep_id, w.from_on, sum(amount) as paid
    from payouts p left join owned w on p.rep_id = w.rep_id
        and period_start >= w.from_on and period_start < w.until
    where period_start between date '2026-07-01' and date '2026-09-30'
    group by 1, 2
),
lines as (
    select region, case when wins is null then 0 else margin end as margin,
        coalesce(paid, 0) as paid, base_pay / 4 / 92 * days as base
    from heads h left join won w on h.rep_id = w.rep_id and h.from_on = w.from_on
    left join paid p on h.rep_id = p.rep_id and h.from_on = p.from_on
    left join reps r on h.rep_id = r.rep_id
)
select region, sum(margin) filter (base is not null) / sum(paid + base) filter (margin is not null)
        as productivity_of_pay,
    sum(margin) / sum(paid) filter (margin is not null) as productivity_of_variable_pay
from lines group by region
