with sold as (
    select account_id, sum(amount) as sales from opportunities
    where outcome = 'won' and closed_on between date '2025-10-01' and date '2026-09-30'
        and account_id is not null
    group by account_id
),
bought as (
    select account_id, case when s.account_id is null then 0 else s.sales end as sales
    from sold s full join accounts a using (account_id)
),
running as (
    select *, sum(greatest(sales, 0)) over () as whole,
        sum(greatest(sales, 0)) over (order by sales desc nulls last) as up_to,
        coalesce(sum(greatest(sales, 0)) over (order by sales desc nulls last
            range between unbounded preceding and current row exclude group), 0) as before
    from bought
)
select account_id, sales::double as sales, greatest(sales, 0) / whole as share,
    case when sales is not null then up_to / whole end as cumulative_share,
    case when sales is null then null when sales <= 0 then 'C'
        when round(before / whole, 9) < 0.8 then 'A'
        when round(before / whole, 9) < 0.95 then 'B' else 'C' end as tier
from running
