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
lasting as (
    select opportunity_id, stage, moment, reach, coalesce(day, date '2026-10-02') - entered_on as days,
        day is not null as left_
    from told where not (final and ending is not null and place is null)
),
by_day as (
    select stage, days, count(*) as seen, count(*) filter (left_) as ended
    from lasting where days >= 0 group by stage, days
),
at_risk as (
    select *, sum(seen) over (partition by stage order by days desc) as risk from by_day
),
curve as (
    select stage, days, case when min(risk - ended) over before = 0 then 0
        else exp(sum(ln(case when risk > ended then 1 - ended / risk else 1 end)) over before) end
        as remaining
    from at_risk
    window before as (partition by stage order by days)
),
halves as (
    select stage, min(days) filter (remaining <= 0.5 + 1e-9) as reached,
        min(days) filter (remaining < 0.5 - 1e-9) as passed
    from curve group by stage
)
select stage, (reached + coalesce(passed, reached)) / 2 as median from halves
