with there as (
    select opportunity_id, rep_id, amount from opportunities
    where outcome <> 'void' and (created_on is null or created_on <= date '2026-06-30')
        and (outcome = 'open' or closed_on > date '2026-06-30')
),
changes as (
    select opportunity_id, field, changed_at, old_value, new_value,
        changed_at::date <= date '2026-06-30' as before
    from opportunity_history semi join there using (opportunity_id)
    where field in ('amount', 'rep_id')
),
told as (
    select opportunity_id, field, count(*) filter (before) > 0 as changed_before,
        arg_max(new_value, changed_at) filter (before) as last_value,
        arg_min(coalesce(old_value, ''), changed_at) filter (not before) as next_value
    from changes group by opportunity_id, field
),
then_ as (
    select opportunity_id,
        any_value(case when changed_before then last_value else next_value end)
            filter (field = 'rep_id') as rep_then,
        count(*) filter (field = 'amount') > 0 as amount_changed,
        any_value(case when changed_before then last_value else next_value end)
            filter (field = 'amount') as amount_then
    from told group by opportunity_id
),
owned as (
    select rep_id, arg_max(region, starts_on) as region, min(starts_on) as first_on
    from rep_assignments
    where starts_on <= date '2026-06-30'
    group by rep_id
    union all
    select rep_id, arg_min(region, starts_on), min(starts_on) from rep_assignments
    group by rep_id having min(starts_on) > date '2026-06-30'
)
select region, sum(case when amount_changed then try_cast(amount_then as double) else amount end)
    as open_pipeline
from there left join then_ using (opportunity_id)
left join owned o on o.rep_id = coalesce(rep_then, there.rep_id)
group by region
