with recursive above as (
    select account_id, account_id as customer_id, parent_id, 0 as level from accounts
    union all
    select b.account_id, a.account_id, a.parent_id, level + 1
    from above b join accounts a on b.parent_id = a.account_id where level < 64
),
tops as (
    select account_id, arg_max(customer_id, level) as customer_id from above group by account_id
),
booked as (
    select coalesce(customer_id, o.account_id) as customer_id, sum(amount) as booked
    from opportunities o left join tops using (account_id)
    where outcome = 'won' and amount is not null
    group by 1
),
ranked as (
    select booked, row_number() over (order by booked desc) as place,
        sum(booked) over () as whole, count(*) over () as n
    from booked where customer_id is not null
)
select customers, any_value(n)::bigint as n,
    sum(booked) filter (place <= customers) / any_value(whole) as share
from ranked cross join (select unnest([1, 5, 10])::bigint as customers)
group by customers
