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
        count(*) filter (category = 'admin') as admin,
        count(*) filter (category = 'internal') as internal,
        count(*) filter (category = 'prospecting') as prospecting,
        count(*) filter (category = 'selling') as selling
    from activities
    where coalesce(status, 'held') = 'held' and started_at::date <= date '2026-10-02'
    group by 1, 2
),
won as (
    select rep_id, date_trunc('month', closed_on)::date as month, count(*) as wins,
        sum(amount) as won_amount
    from opportunities where outcome = 'won' group by 1, 2
)
select rep_id, strftime(month, '%YM%m') as period, coalesce(wins, 0) as wins,
    coalesce(won_amount, 0) as won_amount, coalesce(admin, 0) as admin,
    coalesce(internal, 0) as internal, coalesce(prospecting, 0) as prospecting,
    coalesce(selling, 0) as selling
from cells left join held using (rep_id, month) left join won using (rep_id, month)
