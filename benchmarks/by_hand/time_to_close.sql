with owned as (
    select rep_id, region,
        case when row_number() over spell = 1 then date '1900-01-01' else starts_on end as from_on,
        lead(starts_on, 1, date '9999-12-31') over spell as until
    from rep_assignments
    window spell as (partition by rep_id order by starts_on)
),
by_day as (
    select region,
        case when outcome = 'open' then date '2026-10-02' else closed_on end - created_on as days,
        count(*) as seen, count(*) filter (outcome <> 'open') as ended
    from opportunities o left join owned w on o.rep_id = w.rep_id
        and coalesce(closed_on, date '2026-10-02') >= w.from_on
        and coalesce(closed_on, date '2026-10-02') < w.until
    where outcome <> 'void'
    group by region, days
    having days >= 0
),
at_risk as (
    select *, sum(seen) over (partition by region order by days desc) as risk from by_day
),
curve as (
    select region, days, case when min(risk - ended) over before = 0 then 0
        else exp(sum(ln(case when risk > ended then 1 - ended / risk else 1 end)) over before) end
        as remaining
    from at_risk
    window before as (partition by region order by days)
),
halves as (
    select region, min(days) filter (remaining <= 0.5 + 1e-9) as reached,
        min(days) filter (remaining < 0.5 - 1e-9) as passed
    from curve group by region
)
select region, (reached + coalesce(passed, reached)) / 2 as median from halves
