with began as (select min(changed_at)::date as first_on from opportunity_history),
deals as (
    select opportunity_id, created_on, stage as now,
        case when outcome <> 'open' then closed_on end as closed_on,
        case when outcome <> 'open' then outcome end as ending
    from opportunities where outcome <> 'void'
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
        lead(final) over deal as next_final,
        max(case when final and ending = 'won' then 99 else reach end) over (
            partition by opportunity_id order by moment, reach
            rows between current row and unbounded following) as furthest
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
                then case when created_on >= began.first_on and (day is null or created_on <= day) then created_on end
            when before_from is null and second is null
                then case when created_on >= began.first_on or (created_on is null and before_day > began.first_on) then before_day end
            else before_day end as entered_on
    from visits, began where stage is not null
),
numbered as (
    select *, row_number() over (partition by opportunity_id, stage order by moment, reach) as visit
    from told where not (final and ending is not null and place is null)
),
flagged as (
    select stage, place is not null and visit = 1 and entered_on is not null as entered,
        place is not null and furthest > place as advanced, ending is not null as closed,
        (ends and ending = 'won') or (not ends and reach > place) as moved_on,
        ends and ending in ('lost', 'no_decision') as dropped
    from numbered
)
select stage,
    count(*) filter (entered and advanced) / count(*) filter (entered) as stage_conversion,
    count(*) filter (entered and advanced) / count(*) filter (entered and (advanced or closed)) as decided_stage_conversion,
    count(*) filter (entered and (advanced or closed)) / count(*) filter (entered) as stage_decided_share,
    count(*) filter (moved_on) / count(*) filter (moved_on or dropped) as milestone_conversion
from flagged
group by stage
