with began as (select min(changed_at)::date as first_on from opportunity_history),
deals as (
    select opportunity_id, created_on, stage as now,
        case when outcome <> 'open' then closed_on end as closed_on,
        case when outcome <> 'open' then outcome end as ending
    from opportunities where outcome = 'won'  -- of the others nothing is asked
),
moves as (
    select h.opportunity_id, changed_at as moment, changed_at::date as day,
        old_value as came_from, new_value as went_to, false as final, created_on, closed_on, ending, now
    from opportunity_history h join deals d using (opportunity_id)
    where field = 'stage' and new_value is not null and old_value is distinct from new_value
        and (closed_on is null or changed_at::date <= closed_on)
    union all
    select opportunity_id, timestamp '9999-01-01', closed_on, null, ending, true, created_on,
        closed_on, ending, now
    from deals
),
placed as (
    select *, coalesce(list_position(
        ['Prospecting', 'Qualification', 'Discovery', 'Proposal', 'Negotiation'], went_to), 0) as reach
    from moves
),
around as (
    select *, lag(went_to) over deal as before, lag(day) over deal as before_day,
        lag(came_from) over deal as before_from, lag(final, 2) over deal as second,
        lead(final) over deal as next_final
    from placed
    window deal as (partition by opportunity_id order by moment, reach)
),
visits as (
    select *,
        case when not final then coalesce(came_from, before)
            when ending is not null then coalesce(before, now) else coalesce(now, before) end as stage,
        closed_on is not null and (final or (next_final and reach = 0)) as ends
    from around
),
told as (
    select *, list_position(
        ['Prospecting', 'Qualification', 'Discovery', 'Proposal', 'Negotiation'], stage) as place,
        case when before_day is null
                then case when created_on >= began.first_on and (day is null or created_on <= day)
                    then created_on end
            when before_from is null and second is null
                then case when created_on >= began.first_on
                    or (created_on is null and before_day > began.first_on) then before_day end
            else before_day end as entered_on
    from visits, began where stage is not null
),
last_left as (
    select opportunity_id, stage, max(day - created_on) as age
    from told where place is not null and day >= created_on and not (final and ending is not null and place is null)
    group by opportunity_id, stage
),
counted as (  -- their median itself would hold every age in memory
    select stage, age, count(*) as n from last_left group by stage, age
),
upto as (
    select stage, age, sum(n) over (partition by stage order by age) as upto,
        sum(n) over (partition by stage) as of
    from counted
),
winners as (
    select stage, (min(age) filter (upto >= of / 2) + min(age) filter (upto > of / 2)) / 2 as age
    from upto group by stage having max(of) >= 5
),
open_ones as (
    select stage, (date '2026-10-02' - created_on) / age as ratio
    from opportunities join winners using (stage)
    where outcome = 'open' and created_on <= date '2026-10-02'
)
select stage, median(ratio) as deal_ageing, count(*) filter (ratio > 2) / count(ratio)
    as overaged_share
from open_ones group by stage
