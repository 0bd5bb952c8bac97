with months as (
    select unnest(generate_series(date_trunc('month', (select min(started_at) from activities
        where coalesce(status, 'held') = 'held' and category is not null)),
        date '2026-09-01', interval 1 month))::date as month
),
quota_carriers as (
    select distinct rep_id from quotas where coalesce(level, 'rep') = 'rep' and rep_id is not null
),
managers as (
    select manager_id as rep_id from rep_assignments where manager_id is not null
    except select rep_id from quota_carriers
),
cells as (
    select rep_id, month from reps cross join months
    where coalesce(hired_on, date '1900-01-01') < month + interval 1 month
        and coalesce(left_on, date '9999-12-31') >= month
        and rep_id not in (select rep_id from managers)
),
held as (
    select rep_id, date_trunc('month', started_at)::date as month,
        count(*) filter (category = 'selling') as selling
    from activities
    where coalesce(status, 'held') = 'held' and started_at::date <= date '2026-10-02'
    group by 1, 2
),
won as (
    select rep_id, date_trunc('month', closed_on)::date as month, count(*) as wins
    from opportunities where outcome = 'won' group by 1, 2
),
reps_ as (
    select rep_id, avg(coalesce(selling, 0)) as selling, avg(coalesce(wins, 0)) as wins,
        stddev_samp(coalesce(selling, 0)) / sqrt(count(*)) as selling_error,
        stddev_samp(coalesce(wins, 0)) / sqrt(count(*)) as wins_error
    from cells left join held using (rep_id, month) left join won using (rep_id, month)
    group by rep_id
),
told as (select * from reps_ where selling_error is not null and wins_error is not null),
cuts as (select median(selling) as selling, median(wins) as wins from told)
select r.rep_id, c.selling as effort_cut, c.wins as outcome_cut,
    case when selling_error is null or wins_error is null then null
        when round(abs(r.selling - c.selling) - selling_error, 12) > 0
            and round(abs(r.wins - c.wins) - wins_error, 12) > 0
        then if(r.selling > c.selling, 'high', 'low') || ' effort, '
            || if(r.wins > c.wins, 'high', 'low') || ' outcome'
        else 'unclassified' end as quadrant
from reps_ r, cuts c
