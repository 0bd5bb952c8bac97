with owned as (
    select rep_id, region,
        case when row_number() over spell = 1 then date '1900-01-01' else starts_on end as from_on,
        lead(starts_on, 1, date '9999-12-31') over spell as until
    from rep_assignments
    window spell as (partition by rep_id order by starts_on)
),
dated as (
    select o.*, coalesce(type, 'new') <> 'renewal' as new,
        outcome in ('won', 'lost', 'no_decision') as closed, outcome = 'won' as won,
        outcome = 'lost' as lost, outcome = 'open' as is_open,
        closed_on - created_on as cycle, date '2026-10-02' - created_on as age
    from opportunities o where outcome <> 'void'
),
middle as (select median(cycle) as cycle from dated where won and cycle >= 0),
lines as (
    select d.*, w.region,
        case when won and d.cycle >= 0 then d.cycle end as won_cycle,
        coalesce(is_open and expected_close_on < date '2026-10-02', false) as overdue,
        coalesce(is_open and age >= 0 and age > 2 * m.cycle, false) as stale,
        is_open and stage <> 'Prospecting' as qualified
    from dated d cross join middle m
    left join owned w on d.rep_id = w.rep_id
        and coalesce(closed_on, date '2026-10-02') >= w.from_on
        and coalesce(closed_on, date '2026-10-02') < w.until
)
select
    region,
    count(*) filter (won and new) / count(*) filter (closed and new) as win_rate,
    count(*) filter (won and new) / count(*) filter ((won or lost) and new) as decided_win_rate,
    count(*) filter (won and new and created_on is not null)
        / count(*) filter (new and created_on is not null) as cohort_win_rate,
    count(*) filter (closed and new and created_on is not null)
        / count(*) filter (new and created_on is not null) as cohort_closed_rate,
    count(*) filter (won and new)
        / count(*) filter ((won or lost or overdue or stale) and new) as hygiene_win_rate,
    sum(if(won, amount, 0 * amount)) filter ((won or lost) and new)
        / sum(amount) filter ((won or lost) and new) as value_win_rate,
    median(won_cycle)::double as sales_cycle,
    avg(won_cycle) as sales_cycle_mean,
    avg(amount) filter (won) as average_deal_size,
    count(*) filter (qualified and new) * count(*) filter (won and new)
        * avg(amount) filter (won and new) / count(*) filter (closed and new)
        / median(won_cycle) filter (new) as pipeline_velocity,
    sum(amount) filter (created_on is not null) as pipeline_created,
    sum(case when source = 'Outbound' then amount when source is not null then 0 end)
        filter (created_on is not null and amount is not null) as self_sourced_pipeline,
    sum(amount) filter (won and list_amount > 0) / sum(list_amount) filter (won and list_amount > 0 and amount is not null)
        as price_realisation,
    sum(list_amount - amount) filter (won and list_amount > 0)
        / sum(list_amount) filter (won and list_amount > 0 and amount is not null) as discount
from lines
group by region
