with calls as (
    select rep_id, period_start, category, sum(amount) as forecast
    from (
        select *, max(as_of) over (partition by rep_id, period_start, category) as last_on
        from forecasts
        where as_of <= period_start
            + (((period_start + interval 3 month)::date - period_start - 1) // 2)::int
    )
    where as_of = last_on
    group by all
),
made as (select distinct rep_id, period_start, category from forecasts),
won as (
    select rep_id, date_trunc('quarter', closed_on)::date as quarter, sum(amount) as sold,
        min(closed_on) as first_on
    from opportunities where outcome = 'won' group by all
),
first_sale as (select min(first_on) as day from won),
since as (
    select rep_id, any_value(hired_on) as hired_on, min(first_on) as first_on
    from reps full join won using (rep_id) group by rep_id
),
lines as (
    select m.rep_id, m.period_start, m.category, forecast,
        case when lower(trim(m.category)) = 'commit' then forecast end as commit,
        coalesce(now.sold, 0) as actual,
        case when (s.hired_on is not null and (m.period_start - interval 1 year)::date >= s.hired_on)
                or (s.hired_on is null and (m.period_start - interval 9 month)::date > s.first_on)
            then case when (m.period_start - interval 9 month)::date > f.day
                then coalesce(year_before.sold, 0) end end as naive_year,
        case when (s.hired_on is not null and (m.period_start - interval 3 month)::date >= s.hired_on)
                or (s.hired_on is null and m.period_start > s.first_on)
            then case when m.period_start > f.day then coalesce(quarter_before.sold, 0) end end
            as naive_quarter
    from made m left join calls using (rep_id, period_start, category)
    cross join first_sale f left join since s using (rep_id)
    left join won now on now.rep_id = m.rep_id and now.quarter = m.period_start
    left join won year_before on year_before.rep_id = m.rep_id
        and year_before.quarter = m.period_start - interval 1 year
    left join won quarter_before on quarter_before.rep_id = m.rep_id
        and quarter_before.quarter = m.period_start - interval 3 month
    where m.period_start < date '2026-10-01'
),
told as (select *, coalesce(naive_year, naive_quarter) as naive from lines)
select year(period_start)::varchar || 'Q' || quarter(period_start) as period,
    sum(forecast - actual) as forecast_error,
    sum(abs(forecast - actual)) / sum(abs(actual)) filter (forecast is not null) as forecast_wape,
    avg(abs(forecast - actual) / nullif(abs(actual), 0)) as forecast_mape,
    sum(forecast - actual) / sum(actual) filter (forecast is not null) as forecast_bias,
    1 - abs(sum(commit - actual)) / sum(actual) filter (commit is not null) as commit_accuracy,
    1 - abs(sum(commit - actual)) / sum(commit) as commit_accuracy_of_commit,
    1 - sum(abs(forecast - actual)) filter (naive is not null)
        / sum(abs(naive - actual)) filter (forecast is not null) as forecast_skill
from told group by period
