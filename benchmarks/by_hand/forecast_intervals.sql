with calls as (
    select rep_id, period_start, category, sum(amount) as forecast
    from (
        select *, max(as_of) over (partition by rep_id, period_start, category) as last_on
        from forecasts
        where as_of <= period_start
            + (((period_start + interval 3 month)::date - period_start - 1) // 2)::int
            and period_start < date '2026-10-01'
    )
    where as_of = last_on
    group by all
),
won as (
    select rep_id, date_trunc('quarter', closed_on)::date as quarter, sum(amount) as sold
    from opportunities where outcome = 'won' group by all
),
lines as (
    select c.period_start, forecast, coalesce(sold, 0) as actual
    from calls c left join won w on w.rep_id = c.rep_id and w.quarter = c.period_start
    where forecast is not null
),
counted as (
    select year(period_start)::varchar || 'Q' || quarter(period_start) as period, count(*) as n,
        count(*) filter (actual between forecast * 0.8 and forecast * 1.2) as inside
    from lines group by period
)
select period, n, case when n >= 12 then inside / n end as coverage from counted
