with owned as (
    select rep_id, region,
        case when row_number() over spell = 1 then date '1900-01-01' else starts_on end as from_on,
        lead(starts_on, 1, date '9999-12-31') over spell as until
    from rep_assignments
    window spell as (partition by rep_id order by starts_on)
),
weekdays as (
    select day::date as day, date_trunc('quarter', day)::date as quarter,
        row_number() over (partition by date_trunc('quarter', day) order by day) as place,
        count(*) over (partition by date_trunc('quarter', day)) as days
    from range(date '2010-01-01', date '2026-10-01', interval 1 day) as r(day)
    where isodow(day) < 6
),
thirds as (
    select quarter, min(day) filter (place = round_even(days / 3, 0) + 1) as second_on,
        min(day) filter (place = round_even(days * 2 / 3, 0) + 1) as third_on,
        (quarter + interval 3 month)::date - 14 as late_on
    from weekdays group by quarter
),
won as (
    select rep_id, closed_on, amount, second_on, third_on, late_on
    from opportunities join thirds on date_trunc('quarter', closed_on) = quarter
    where outcome = 'won'
)
select region,
    sum(amount) filter (closed_on < second_on) / sum(amount) as first_third_share,
    sum(amount) filter (closed_on >= second_on and closed_on < third_on) / sum(amount)
        as middle_third_share,
    sum(amount) filter (closed_on >= third_on) / sum(amount) as last_third_share,
    sum(amount) filter (closed_on >= late_on) / sum(amount) as last_two_weeks_share
from won left join owned w on won.rep_id = w.rep_id
    and closed_on >= w.from_on and closed_on < w.until
group by region
