with deals as (
    select opportunity_id, outcome = 'won' as won,
        case when outcome <> 'open' then closed_on end as closed_on
    from opportunities where outcome <> 'void' and (outcome = 'open' or closed_on is not null)
),
lines as (
    select opportunity_id, type, started_at::date as day,
        won and closed_on - started_at::date <= 60 as hit
    from activities join deals using (opportunity_id)
    where coalesce(status, 'held') = 'held' and started_at::date <= date '2026-10-02'
        and (closed_on is null or started_at::date <= closed_on)
),
sharers as (select opportunity_id, count(*) as n from lines where hit group by opportunity_id)
select type, avg(case when hit then 1 / n else 0 end) as activity_yield
from lines left join sharers using (opportunity_id)
where day <= date '2026-10-02' - 60
group by type
