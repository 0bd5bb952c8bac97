with there as (
    select opportunity_id, account_id, segment, amount, rep_id, stage, expected_close_on,
        forecast_category
    from opportunities
    where outcome <> 'void' and (created_on is null or created_on <= date '2026-06-30')
        and (outcome = 'open' or closed_on > date '2026-06-30')
),
changes as (
    select opportunity_id, field, changed_at, old_value, new_value,
        changed_at::date <= date '2026-06-30' as before
    from opportunity_history semi join there using (opportunity_id)
    where field in ('amount', 'rep_id', 'stage', 'expected_close_on', 'forecast_category')
),
told as (
    select opportunity_id, field, case when count(*) filter (before) > 0
        then {'value': arg_max_null(new_value, changed_at) filter (before)}
        else {'value': arg_min_null(old_value, changed_at) filter (not before)} end as then_
    from changes group by opportunity_id, field
),
wide as (
    select opportunity_id,
        any_value(then_) filter (field = 'amount') as amount,
        any_value(then_) filter (field = 'rep_id') as rep_id,
        any_value(then_) filter (field = 'stage') as stage,
        any_value(then_) filter (field = 'expected_close_on') as expected_close_on,
        any_value(then_) filter (field = 'forecast_category') as forecast_category
    from told group by opportunity_id
),
stood as (
    select t.opportunity_id, account_id, segment,
        case when w.amount is null then t.amount else try_cast(w.amount.value as double) end
            as amount,
        case when w.stage is null then t.stage else w.stage.value end as stage,
        case when w.expected_close_on is null then t.expected_close_on
            else try_cast(w.expected_close_on.value as date) end as expected_close_on,
        case when w.rep_id is null then t.rep_id else w.rep_id.value end as rep_id,
        case when w.forecast_category is null then t.forecast_category
            else w.forecast_category.value end as forecast_category
    from there t left join wide w using (opportunity_id)
),
owned as (
    select rep_id, arg_max(team, starts_on) as team, arg_max(region, starts_on) as region
    from rep_assignments
    where starts_on <= date '2026-06-30'
    group by rep_id
    union all
    select rep_id, arg_min(team, starts_on), arg_min(region, starts_on) from rep_assignments
    group by rep_id having min(starts_on) > date '2026-06-30'
)
select stood.*, team, region from stood left join owned using (rep_id)
