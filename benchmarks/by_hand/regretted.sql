with newest as (
    select rep_id, territory_id, period_start as quarter, quota,
        rank() over (partition by rep_id, territory_id, period_start, period_end, component
            order by version desc nulls last) as newest
    from quotas
    where coalesce(level, 'rep') = 'rep' and coalesce(kind, 'direct') = 'direct'
        and (released_on is null or released_on <= date '2026-10-02')
        and period_start >= date '2023-10-01' and period_end <= date '2024-09-30'
),
issued as (
    select rep_id, quarter, sum(quota) as quota from newest
    where newest = 1 and territory_id is null group by all
),
voided as (select opportunity_id from opportunities where outcome = 'void'),
closers as (
    select opportunity_id, arg_min(old_value, changed_at) as closer
    from opportunity_history join opportunities using (opportunity_id)
    where field = 'rep_id' and old_value is not null and changed_at::date > closed_on
        and outcome = 'won'
        and closed_on between date '2023-10-01' and date '2024-09-30'
    group by opportunity_id
),
counted as (
    select rep_id, credited_on, amount from credits
    where coalesce(credit_type, 'split') <> 'overlay'
        and credited_on between date '2023-10-01' and date '2024-09-30'
        and (opportunity_id is null or opportunity_id not in (from voided))
    union all
    select coalesce(closer, rep_id), closed_on, amount
    from opportunities left join closers using (opportunity_id)
    where outcome = 'won' and amount is not null
        and closed_on between date '2023-10-01' and date '2024-09-30'
        and opportunity_id not in (
            select opportunity_id from credits
            where opportunity_id is not null and coalesce(credit_type, 'split') <> 'overlay')
),
totals as (
    select rep_id, date_trunc('quarter', credited_on)::date as quarter, sum(amount) as credited
    from counted group by all
),
known as (  -- credit counts in the quarters of which there is a quota
    select rep_id, sum(coalesce(credited, 0)) / nullif(sum(quota), 0) as performance
    from issued left join totals using (rep_id, quarter)
    group by rep_id
),
held as (
    select rep_id,
        arg_max(region, starts_on) filter (
            starts_on <= least(coalesce(left_on, date '2026-10-02'), date '2026-10-02')
        ) as region_then,
        coalesce(region_then, arg_min(region, starts_on)) as region
    from rep_assignments join reps using (rep_id) group by rep_id
),
lines as (
    select region, performance,
        (least(coalesce(left_on, date '2026-10-02'), date '2026-10-02')
            - greatest(hired_on, date '2024-10-03') + 1) / 730 as headcount,
        left_on <= date '2026-10-02' and lower(trim(leave_reason)) in ('better offer', 'career change',
            'personal', 'relocation', 'resignation', 'resigned', 'retired', 'retirement', 'voluntary')
            as chosen
    from reps left join held using (rep_id) left join known using (rep_id)
    where hired_on <= date '2026-10-02'
        and (left_on is null or left_on >= greatest(hired_on, date '2024-10-03'))
)
select region,
    count(*) filter (chosen and performance >= (select median(performance) from lines))
        / sum(headcount) as regretted_attrition
from lines group by region
