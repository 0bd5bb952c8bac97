with lines as (
    select source,
        case when first_touch_at::date <= date '2026-10-02'
            then case when first_touch_at >= created_at
                then date_diff('second', created_at, first_touch_at) end
            else date_diff('second', created_at, timestamp '2026-10-03') end as seconds,
        first_touch_at is not null and first_touch_at::date <= date '2026-10-02' as touched
    from leads
),
by_time as (
    select source, seconds, count(*) as seen, count(*) filter (touched) as ended
    from lines where seconds is not null group by source, seconds
),
at_risk as (
    select *, sum(seen) over (partition by source order by seconds desc) as risk from by_time
),
curve as (
    select source, seconds, case when min(risk - ended) over before = 0 then 0
        else exp(sum(ln(case when risk > ended then 1 - ended / risk else 1 end)) over before) end
        as remaining
    from at_risk
    window before as (partition by source order by seconds)
),
halves as (
    select source, min(seconds) filter (remaining <= 0.5 + 1e-9) as reached,
        min(seconds) filter (remaining < 0.5 - 1e-9) as passed
    from curve group by source
)
select source, (reached + coalesce(passed, reached)) / 2 / 3600 as median from halves
