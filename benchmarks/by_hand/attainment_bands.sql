with newest as (
    select rep_id, territory_id, quota, rank() over (partition by rep_id, territory_id, period_start,
        period_end, component order by version desc nulls last) as newest
    from quotas
    where coalesce(level, 'rep') = 'rep' and coalesce(kind, 'direct') = 'direct'
        and (released_on is null or released_on <= date '2026-10-02')
        and period_start >= date '2026-07-01' and period_end <= date '2026-09-30'
),
issued as (
    select rep_id, territory_id, sum(quota) as quota from newest where newest = 1 group by all
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
totals as (select rep_id, sum(amount) as credited from counted group by rep_id),
reps_ as (
    select round(round(coalesce(credited, 0) * 100) / round(quota * 100), 9) as ratio
    from (
        select rep_id, sum(quota) as quota from issued
        where territory_id is null and rep_id in (select rep_id from reps) group by rep_id
    ) left join totals using (rep_id)
    where quota > 0
),
bands(band, low, high) as (
    values ('below 50 %', null, 0.5), ('50–80 %', 0.5, 0.8), ('80–100 %', 0.8, 1),
        ('100–120 %', 1, 1.2), ('120 % and more', 1.2, null)
)
select band, low::double as low, high::double as high, count(ratio) as reps,
    count(ratio) / sum(count(ratio)) over () as share
from bands left join reps_ on ratio >= coalesce(low, '-infinity'::double)
    and ratio < coalesce(high, 'infinity'::double)
group by band, low, high
