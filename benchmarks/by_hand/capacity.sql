with voided as (select opportunity_id from opportunities where outcome = 'void'),
closers as (
    select opportunity_id, arg_min(old_value, changed_at) as closer
    from opportunity_history join opportunities using (opportunity_id)
    where field = 'rep_id' and old_value is not null and changed_at::date > closed_on
        and outcome = 'won'
        and closed_on between date '2025-10-01' and date '2026-09-30'
    group by opportunity_id
),
counted as (
    select rep_id, credited_on, amount from credits
    where coalesce(credit_type, 'split') <> 'overlay'
        and credited_on between date '2025-10-01' and date '2026-09-30'
        and (opportunity_id is null or opportunity_id not in (from voided))
    union all
    select coalesce(closer, rep_id), closed_on, amount
    from opportunities left join closers using (opportunity_id)
    where outcome = 'won' and amount is not null
        and closed_on between date '2025-10-01' and date '2026-09-30'
        and opportunity_id not in (
            select opportunity_id from credits
            where opportunity_id is not null and coalesce(credit_type, 'split') <> 'overlay')
),
credited as (select rep_id, sum(amount) / 12 as monthly from counted group by rep_id),
quota_carriers as (
    select distinct rep_id from quotas
    where coalesce(level, 'rep') = 'rep' and coalesce(kind, 'direct') = 'direct'
        and (released_on is null or released_on <= date '2026-10-02')
        and period_start >= date '2025-10-01' and period_end <= date '2026-09-30'
),
months as (
    select n, (date '2026-10-01' + to_months(n))::date as month, pow(0.8, (n + 1) / 12) as stay
    from range(12) ahead(n)
),
lines as (
    select month, stay, case when c.rep_id is not null then monthly when q.rep_id is not null then 0 end
            as productivity,
        date_diff('month', hired_on, month) as passed
    from reps cross join months left join credited c using (rep_id)
    left join quota_carriers q using (rep_id)
    where coalesce(left_on >= greatest(hired_on, month), true)
)
select month, sum(coalesce([0.25, 0.5, 0.75][passed + 1], 1) * productivity * stay) as ramped_capacity
from lines where passed >= 0 group by month
