with accounts_ as (
    select account_id, min(closed_on) as first_on, date '2026-10-02' - max(closed_on) as recency,
        count(*) as frequency, sum(amount) as monetary
    from opportunities
    where outcome = 'won' and account_id is not null and closed_on is not null
    group by account_id
),
scored as (
    select * from accounts_
    where date '2026-10-02' - first_on >= 90 and monetary is not null
),
fifths as (
    select quantile_cont(recency, [0.2, 0.4, 0.6, 0.8]) as r,
        quantile_cont(frequency, [0.2, 0.4, 0.6, 0.8]) as f,
        quantile_cont(monetary, [0.2, 0.4, 0.6, 0.8]) as m
    from scored
)
select a.account_id, a.recency, a.frequency, a.monetary,
    case when s.account_id is not null then
        (5 - len(list_filter(r, lambda edge: edge < a.recency))) * 100
        + (1 + len(list_filter(f, lambda edge: edge < a.frequency))) * 10
        + 1 + len(list_filter(m, lambda edge: edge < a.monetary)) end as rfm_score
from accounts_ a left join scored s using (account_id) cross join fifths
