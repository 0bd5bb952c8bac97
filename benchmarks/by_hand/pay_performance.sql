with newest as (
    select rep_id, territory_id, quota, rank() over (partition by rep_id, territory_id, period_start,
        period_end, component order by version desc nulls last) as newest
    from quotas
    where coalesce(level, 'rep') = 'rep' and coalesce(kind, 'direct') = 'direct'
        and (released_on is null or released_on <= date '2026-10-02')
        and period_start >= date '2026-07-01' and period_end <= date '2026-09-30'
),
issued as (
    select rep_id, sum(quota) as quota from newest where newest = 1 and territory_id is null
    group by rep_id having sum(quota) > 0
),
voided as (select opportunity_id from opportunities where outcome = 'void'),
closers as (
    select opportunity_id, arg_min(old_value, changed_at) as closer
    from opportunity_history join opportunities using (opportunity_id)
    where field = 'rep_id' and old_value is not null and changed_at::date > closed_on
        and outcome = 'won'
        and closed_on between date '2026-07-01' and date '2026-09-30'
    group by opportunity_id
),
counted as (
    select rep_id, credited_on, amount from credits
    where coalesce(credit_type, 'split') <> 'overlay'
        and credited_on between date '2026-07-01' and date '2026-09-30'
        and (opportunity_id is null or opportunity_id not in (from voided))
    union all
    select coalesce(closer, rep_id), closed_on, amount
    from opportunities left join closers using (opportunity_id)
    where outcome = 'won' and amount is not null
        and closed_on between date '2026-07-01' and date '2026-09-30'
        and opportunity_id not in (
            select opportunity_id from credits
            where opportunity_id is not null and coalesce(credit_type, 'split') <> 'overlay')
),
credited as (select rep_id, sum(amount) as credited from counted group by rep_id),
paid as (
    select rep_id, sum(amount) as paid from payouts
    where period_start between date '2026-07-01' and date '2026-09-30' group by rep_id
),
variable as (
    select rep_id, (ote - base_pay) / 4
        * (least(coalesce(left_on, date '2026-09-30'), date '2026-09-30')
            - greatest(coalesce(hired_on, date '2026-07-01'), date '2026-07-01') + 1) / 92 as target
    from reps
    where ote > base_pay and coalesce(hired_on, date '2026-07-01') <= date '2026-09-30'
        and coalesce(left_on, date '2026-09-30') >= date '2026-07-01'
),
lines as (
    select rep_id, coalesce(paid, 0) / target as pay_index,
        coalesce(credited, 0) / quota as attainment
    from issued join variable using (rep_id) left join paid using (rep_id)
    left join credited using (rep_id)
),
ranked as (
    select 'pearson' as method, pay_index as pay, attainment as reached from lines
    union all
    select 'spearman', rank() over (order by pay_index)
            + (count(*) over (partition by pay_index) - 1) / 2,
        rank() over (order by attainment) + (count(*) over (partition by attainment) - 1) / 2
    from lines
),
judged as (
    select method, corr(pay, reached) as correlation, count(*) as n,
        1.959963984540054 * sqrt(
            case method when 'spearman' then 1 + correlation * correlation / 2 else 1 end / (n - 3)
        ) as half
    from ranked group by method
)
select method, n, correlation,
    case when abs(correlation) < 1 - 1e-12 then tanh(atanh(correlation) - half) end as low,
    case when abs(correlation) < 1 - 1e-12 then tanh(atanh(correlation) + half) end as high
from judged
