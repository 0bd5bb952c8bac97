with held as (
    select rep_id,
        arg_max(region, starts_on) filter (
            starts_on <= least(coalesce(left_on, date '2026-10-02'), date '2026-10-02')
        ) as region_then,
        coalesce(region_then, arg_min(region, starts_on)) as region
    from rep_assignments join reps using (rep_id) group by rep_id
)
select region,
    median(date '2026-10-02' - hired_on) filter (
        hired_on <= date '2026-10-02' and coalesce(left_on > date '2026-10-02', true)
    )::double as median_tenure
from reps left join held using (rep_id)
group by region
