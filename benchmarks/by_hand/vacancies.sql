with held as (
    select territory_id, starts_on,
        least(coalesce(t.ends_on, date '2026-10-02'), coalesce(left_on, date '2026-10-02'),
            date '2026-10-02') as ends_on
    from territory_assignments t left join reps using (rep_id)
    where coalesce(share, 1) > 0
),
following as (
    select territory_id, starts_on, max(ends_on) over spell as covered_until,
        lead(starts_on, 1, date '2026-10-03') over spell as next_on
    from held where ends_on >= starts_on
    window spell as (partition by territory_id order by starts_on)
),
lines as (
    select territory_id, date '2026-10-02' - greatest(min(starts_on), date '2025-10-03') + 1
            as territory_days,
        sum(greatest(next_on - greatest(covered_until + 1, date '2025-10-03'), 0)) as vacant_days
    from following group by territory_id
)
select sum(vacant_days) / sum(territory_days) as vacancy_rate,
    sum(vacant_days)::double as vacant_territory_days
from lines
