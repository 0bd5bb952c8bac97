with held as (
    select rep_id, arg_max(region, starts_on) filter (starts_on <= date '2026-09-30') as region
    from rep_assignments group by rep_id
),
newest as (
    select rep_id, territory_id, quota, rank() over (partition by rep_id, territory_id, period_start,
        period_end, component order by version desc nulls last) as newest
    from quotas
    where coalesce(level, 'rep') = 'rep' and coalesce(kind, 'direct') = 'direct'
        and (released_on is null or released_on <= date '2026-10-02')
        and period_start >= date '2026-07-01' and period_end <= date '2026-09-30'
),
issued as (select rep_id, sum(quota) as quota from newest where newest = 1 group by rep_id),
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
employed as (
    select rep_id, ote, base_pay,
        (least(coalesce(left_on, date '2026-09-30'), date '2026-09-30')
            - greatest(coalesce(hired_on, date '2026-07-01'), date '2026-07-01') + 1) / 92 as share
    from reps
    where coalesce(hired_on, date '2026-07-01') <= date '2026-09-30'
        and coalesce(left_on, date '2026-09-30') >= date '2026-07-01'
),
lines as (
    select coalesce(e.rep_id, p.rep_id, c.rep_id) as rep_id, ote, base_pay, base_pay * share / 4 as base,
        ote * share / 4 as target, quota,
        case when base_pay <= ote then (ote - base_pay) * share / 4 end as variable,
        case when quota is not null then coalesce(paid, 0) else paid end as paid,
        case when quota is not null then coalesce(credited, 0) else credited end as credited
    from employed e full join paid p on e.rep_id = p.rep_id
    full join credited c on c.rep_id = coalesce(e.rep_id, p.rep_id)
    left join issued i on i.rep_id = coalesce(e.rep_id, p.rep_id, c.rep_id)
)
select region, sum(paid) filter (credited is not null) / sum(credited) filter (paid is not null)
        as effective_commission_rate,
    (sum(base) + sum(paid)) / sum(credited) as compensation_cost_of_sales,
    sum(base_pay) filter (ote is not null) / sum(ote) filter (base_pay is not null) as pay_mix,
    avg(ote) as on_target_earnings, median(ote) as median_on_target_earnings,
    sum(variable) filter (quota is not null) / sum(quota) filter (variable is not null)
        as target_commission_rate,
    sum(quota) filter (target is not null) / sum(target) filter (quota is not null) as quota_to_ote
from lines left join held using (rep_id)
group by region
