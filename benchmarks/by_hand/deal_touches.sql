with touches as (
    select opportunity_id,
        max(started_at::date) filter (started_at::date <= date '2026-10-02') as last_on,
        bool_or(started_at::date > date '2026-10-02') as scheduled
    from activities
    where opportunity_id is not null and coalesce(status, 'held') = 'held'
        and coalesce(external, coalesce(category, '') not in ('admin', 'internal', 'travel'))
    group by opportunity_id
),
lines as (
    select stage, (last_on is null or last_on <= date '2026-09-02')
        and (created_on is null or created_on <= date '2026-09-02')
        and not coalesce(scheduled, false) as untouched
    from opportunities left join touches using (opportunity_id)
    where outcome = 'open'
)
select stage, count(*) filter (untouched) as untouched_open_deals,
    count(*) filter (untouched) / count(*) as untouched_open_share
from lines group by stage
