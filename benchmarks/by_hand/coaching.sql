with sessions as (
    select rep_id from activities
    where lower(type) = 'coaching' and coalesce(status, 'held') = 'held'
        and started_at >= timestamp '2025-10-03' and started_at < timestamp '2026-10-03'
    union all
    select rep_id from programs
    where kind = 'coaching' and starts_on <= date '2026-10-02'
        and coalesce(ends_on, date '2026-10-02') >= greatest(starts_on, date '2025-10-03')
),
held as (
    select rep_id, coalesce(arg_max(region, starts_on) filter (starts_on <= date '2026-10-02'),
        arg_min(region, starts_on)) as region
    from rep_assignments group by rep_id
)
select region, count(*) filter (rep_id in (select rep_id from sessions where rep_id is not null))
    / count(*) as coaching_coverage
from reps left join held using (rep_id)
where coalesce(hired_on, date '2026-10-02') <= date '2026-10-02'
    and coalesce(left_on, date '2026-10-02') >= date '2026-10-02'
group by region
