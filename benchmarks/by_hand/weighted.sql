with there as (
    select * from opportunities
    where outcome <> 'void' and (created_on is null or created_on <= date '2026-06-30')
        and (outcome = 'open' or closed_on > date '2026-06-30')
),
changes as (
    select opportunity_id, field, changed_at, old_value, new_value,
        changed_at::date <= date '2026-06-30' as before
    from opportunity_history semi join there using (opportunity_id)
    where field in ('amount', 'rep_id', 'stage')
),
told as (
    select opportunity_id, field, count(*) filter (before) > 0 as changed_before,
        arg_max(new_value, changed_at) filter (before) as last_value,
        arg_min(coalesce(old_value, ''), changed_at) filter (not before) as next_value
    from changes group by opportunity_id, field
),
then_ as (
    select opportunity_id,
        count(*) filter (field = 'amount') > 0 as amount_changed,
        any_value(case when changed_before then last_value else next_value end)
            filter (field = 'amount') as amount_then,
        count(*) filter (field = 'rep_id') > 0 as rep_id_changed,
        any_value(case when changed_before then last_value else next_value end)
            filter (field = 'rep_id') as rep_id_then,
        count(*) filter (field = 'stage') > 0 as stage_changed,
        any_value(case when changed_before then last_value else next_value end)
            filter (field = 'stage') as stage_then
    from told group by opportunity_id
),
been_in as (
    select opportunity_id, new_value as stage from opportunity_history
    where field = 'stage' and new_value is not null and changed_at::date <= date '2026-06-30'
    union
    select opportunity_id, old_value from opportunity_history
    where field = 'stage' and old_value is not null and changed_at::date <= date '2026-06-30'
),
likely as (
    select b.stage, count(*) filter (outcome = 'won') / count(*) as probability
    from been_in b join opportunities using (opportunity_id)
    where outcome in ('won', 'lost', 'no_decision') and closed_on <= date '2026-06-30'
    group by b.stage
),
held as (
    select rep_id, arg_max(region, starts_on) filter (starts_on <= date '2026-06-30') as region_then,
        coalesce(region_then, arg_min(region, starts_on)) as region
    from rep_assignments group by rep_id
)
select region, sum(
        case when amount_changed then try_cast(amount_then as double) else amount end * probability
    ) as weighted_pipeline
from there left join then_ using (opportunity_id)
left join held h on h.rep_id = case when rep_id_changed then rep_id_then else there.rep_id end
left join likely l on l.stage = case when stage_changed then stage_then else there.stage end
group by region
