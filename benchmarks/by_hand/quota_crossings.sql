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
held as (
    select rep_id, arg_max(region, starts_on) filter (starts_on <= date '2026-09-30') as region_then,
        coalesce(region_then, arg_min(region, starts_on)) as region
    from rep_assignments group by rep_id
),
quota as (
    select rep_id, any_value(region) as region, sum(quota) as quota
    from issued join held using (rep_id) where territory_id is null
    group by rep_id having sum(quota) > 0
),
progress as (
    select rep_id, credited_on,
        sum(sum(amount)) over (partition by rep_id order by credited_on) as so_far
    from counted where rep_id in (select rep_id from quota) group by rep_id, credited_on
),
crossings as (
    select q.rep_id, any_value(region) as region, min(credited_on) as reached_on
    from quota q left join progress p
        on p.rep_id = q.rep_id and round(so_far * 100) >= round(quota * 100)
    group by q.rep_id
),
middle as (
    select region,
        median(coalesce((reached_on - date '2026-07-01' + 1) / 92, 1e9)) as share  -- never is later
    from crossings group by region
)
select region, case when share <= 1 then share end as time_to_quota from middle
