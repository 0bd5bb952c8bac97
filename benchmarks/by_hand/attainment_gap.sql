with owned as (
    select rep_id, region,
        case when row_number() over spell = 1 then date '1900-01-01' else starts_on end as from_on,
        lead(starts_on, 1, date '9999-12-31') over spell as until
    from rep_assignments
    window spell as (partition by rep_id order by starts_on)
),
newest as (
    select rep_id, territory_id, period_start as quarter, quota,
        rank() over (partition by rep_id, territory_id, period_start, period_end, component
            order by version desc nulls last) as newest
    from quotas
    where coalesce(level, 'rep') = 'rep' and coalesce(kind, 'direct') = 'direct'
        and (released_on is null or released_on <= date '2026-10-02')
        and period_start >= date '2026-04-01' and period_end <= date '2026-09-30'
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
        and closed_on between date '2026-04-01' and date '2026-09-30'
    group by opportunity_id
),
counted as (
    select rep_id, credited_on, amount from credits
    where coalesce(credit_type, 'split') <> 'overlay'
        and credited_on between date '2026-04-01' and date '2026-09-30'
        and (opportunity_id is null or opportunity_id not in (from voided))
    union all
    select coalesce(closer, rep_id), closed_on, amount
    from opportunities left join closers using (opportunity_id)
    where outcome = 'won' and amount is not null
        and closed_on between date '2026-04-01' and date '2026-09-30'
        and opportunity_id not in (
            select opportunity_id from credits
            where opportunity_id is not null and coalesce(credit_type, 'split') <> 'overlay')
),
credited as (
    select c.rep_id, date_trunc('quarter', credited_on)::date as quarter, w.from_on,
        sum(amount) as credited
    from counted c left join owned w on c.rep_id = w.rep_id
        and credited_on >= w.from_on and credited_on < w.until
    group by 1, 2, 3
),
spells as (
    select rep_id, from_on, region, quarter, (quarter + interval 3 month)::date as after,
        (least(until, after) - greatest(from_on, quarter)) / (after - quarter) as share
    from owned, (values (date '2026-04-01'), (date '2026-07-01')) quarters(quarter)
    where from_on < after and until > quarter
),
lines as (
    select region, s.quarter, quota * share as quota, coalesce(credited, 0) as credited
    from issued i join spells s using (rep_id, quarter)
    left join credited c using (rep_id, quarter, from_on)
    union all
    select null, date '2026-07-01', null, null  -- vacant seats and strangers: no part of it
),
sums as (
    select region,
        coalesce(sum(credited) filter (quarter = date '2026-07-01' and quota is not null), 0) as sold,
        coalesce(sum(quota) filter (quarter = date '2026-07-01'), 0) as quota,
        coalesce(sum(credited) filter (quarter = date '2026-04-01' and quota is not null), 0)
            as sold_before,
        coalesce(sum(quota) filter (quarter = date '2026-04-01'), 0) as quota_before
    from lines group by region
),
parts as (
    select region, sold / nullif(quota, 0) as value,
        sold_before / nullif(quota_before, 0) as value_before,
        coalesce(value, value_before, 0) as own, coalesce(value_before, value, 0) as own_before,
        quota / sum(quota) over () as weight, quota_before / sum(quota_before) over () as weight_before,
        (sum(sold) over () / sum(quota) over ()
            + sum(sold_before) over () / sum(quota_before) over ()) / 2 as whole
    from sums
)
select region, value, value_before,
    (weight + weight_before) / 2 * (own - own_before) as rate,
    ((own + own_before) / 2 - whole) * (weight - weight_before) as mix,
    rate + mix as contribution
from parts
