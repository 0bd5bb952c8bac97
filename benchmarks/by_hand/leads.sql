with outcomes as (
    select l.*, o.outcome, o.amount, o.created_on, count(o.opportunity_id) over
        (partition by l.opportunity_id) as sharers
    from leads l left join opportunities o using (opportunity_id)
),
lines as (
    select source,
        case when opportunity_id is null then false else outcome <> 'void' end as converted,
        case when opportunity_id is null then false else outcome = 'won' end as won,
        amount / sharers as share,
        created_on - created_at::date as conversion_days,
        date '2026-10-02' - created_at::date as age_days,
        epoch(timestamp '2026-10-03' - created_at) / 3600 as age_hours,
        first_touch_at is not null and first_touch_at::date <= date '2026-10-02' as touched,
        coalesce(first_touch_at < created_at, false) as impossible,
        epoch(first_touch_at - created_at) / 3600 as hours
    from outcomes
)
select source,
    count(*) filter (converted) / count(converted) as lead_conversion,
    count(*) filter (age_days >= 90 and converted and conversion_days between 0 and 90)
        / count(*) filter (age_days >= 90
            and (not converted or conversion_days >= 0)) as lead_conversion_within,
    count(*) filter (won) / count(won) as lead_win_rate,
    median(hours) filter (touched and not impossible) as touched_response_median,
    count(*) filter (touched and not impossible and hours <= 1 and age_hours >= 1)
        / count(*) filter (age_hours >= 1 and not (touched and impossible)) as response_within,
    sum(case when won then share when not won then 0 end)
        / count(case when won then share when not won then 0 end) as source_value_per_lead
from lines group by source
