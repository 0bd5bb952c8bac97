with first_releases as (
    select period_start, min(released_on) as released_on
    from quotas
    where coalesce(level, 'rep') = 'rep' and released_on <= date '2026-10-02'
        and period_start between date '2025-10-01' and date '2026-09-30'
    group by rep_id, territory_id, coalesce(kind, 'direct'), component, period_start
)
select year(period_start)::varchar || 'Q' || quarter(period_start) as period,
    median(period_start - released_on)::double as publication_lead_time
from first_releases group by period
