with there as (
    select * from opportunities
    where outcome <> 'void' and (created_on is null or created_on <= date '2026-06-30')
        and (outcome = 'open' or closed_on > date '2026-06-30')
),
changes as (
    select opportunity_id, field, changed_at, old_value, new_value,
        changed_at::date <= date '2026-06-30' as before
    from opportunity_history semi join there using (opportunity_id)
    where field in ('amount', 'rep_id', 'expected_close_on', 'forecast_category')
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
        count(*) filter (field = 'expected_close_on') > 0 as expected_close_on_changed,
        any_value(case when changed_before then last_value else next_value end)
            filter (field = 'expected_close_on') as expected_close_on_then,
        count(*) filter (field = 'forecast_category') > 0 as forecast_category_changed,
        any_value(case when changed_before then last_value else next_value end)
            filter (field = 'forecast_category') as forecast_category_then
    from told group by opportunity_id
),
held as (
    select rep_id, arg_max(region, starts_on) filter (starts_on <= date '2026-06-30') as region_then,
        coalesce(region_then, arg_min(region, starts_on)) as region
    from rep_assignments group by rep_id
),
lines as (
    select region, case when amount_changed then try_cast(amount_then as double) else amount end as v,
        case when expected_close_on_changed then try_cast(expected_close_on_then as date)
            else expected_close_on end as expected,
        lower(case when forecast_category_changed then forecast_category_then
            else forecast_category end) = 'commit' as commit,
        coalesce(closed_on <= date '2026-09-30' and outcome <> 'open', false) as closed,
        outcome = 'won' as won
    from there left join then_ using (opportunity_id)
    left join held h on h.rep_id = case when rep_id_changed then rep_id_then else there.rep_id end
)
select region, sum(if(closed, 0 * v, v)) / sum(v) as slippage_rate,
    count(*) filter (not closed) / count(*) as slippage_count_rate,
    sum(if(closed and not won, v, 0 * v)) / sum(v) as forecast_loss_rate,
    sum(if(closed and won, v, 0 * v)) filter (commit) / sum(v) filter (commit) as commit_hit_rate
from lines where expected between date '2026-07-01' and date '2026-09-30'
group by region
