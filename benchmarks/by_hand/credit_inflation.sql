with voided as (select opportunity_id from opportunities where outcome = 'void'),
counted as (
    select rep_id, opportunity_id, credited_on, amount, coalesce(credit_type, 'split') as kind
    from credits
    where opportunity_id is null or opportunity_id not in (from voided)
    union all
    select rep_id, opportunity_id, closed_on, amount, 'owner' from opportunities
    where outcome = 'won' and amount is not null and opportunity_id not in (
        select opportunity_id from credits
        where opportunity_id is not null and coalesce(credit_type, 'split') <> 'overlay')
),
sums as (select opportunity_id, sum(amount) as credited from counted group by opportunity_id)
select sum(credited) / sum(amount) as credit_inflation
from opportunities join sums using (opportunity_id)
where outcome = 'won' and amount is not null
    and closed_on between date '2026-07-01' and date '2026-09-30'
