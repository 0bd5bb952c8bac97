with voided as (select opportunity_id from opportunities where outcome = 'void'),
closers as (
    select opportunity_id, arg_min(old_value, changed_at) as closer
    from opportunity_history join opportunities using (opportunity_id)
    where field = 'rep_id' and old_value is not null and changed_at::date > closed_on
        and outcome = 'won'
    group by opportunity_id
),
counted as (
    select rep_id, opportunity_id, credited_on, amount, coalesce(credit_type, 'split') as kind
    from credits
    where opportunity_id is null or opportunity_id not in (from voided)
    union all
    select coalesce(closer, rep_id), opportunity_id, closed_on, amount, 'owner'
    from opportunities left join closers using (opportunity_id)
    where outcome = 'won' and amount is not null and opportunity_id not in (
        select opportunity_id from credits
        where opportunity_id is not null and coalesce(credit_type, 'split') <> 'overlay')
),
began as (select min(created_on) as first_on from opportunities),
people as (
    select rep_id, hired_on, least(coalesce(left_on, date '2026-10-02'), date '2026-10-02') as last_on
    from reps, began
    where hired_on between first_on and date '2026-10-02'
        and (left_on is null or left_on >= hired_on)
),
wins as (
    select c.rep_id, min(credited_on) as won_on
    from counted c join opportunities o using (opportunity_id) join people p on p.rep_id = c.rep_id
    where outcome = 'won' and c.amount > 0 and created_on >= hired_on and credited_on >= hired_on
    group by c.rep_id
),
by_day as (
    select case when won_on <= last_on then won_on else last_on end - hired_on as days,
        count(*) as seen, count(*) filter (won_on <= last_on) as ended
    from people left join wins using (rep_id) group by days
),
at_risk as (select *, sum(seen) over (order by days desc) as risk from by_day),
curve as (
    select days, case when min(risk - ended) over before = 0 then 0
        else exp(sum(ln(case when risk > ended then 1 - ended / risk else 1 end)) over before) end
        as remaining
    from at_risk window before as (order by days)
),
halves as (
    select min(days) filter (remaining <= 0.5 + 1e-9) as reached,
        min(days) filter (remaining < 0.5 - 1e-9) as passed
    from curve
)
select (reached + coalesce(passed, reached)) / 2 as median from halves
