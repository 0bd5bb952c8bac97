with newest as (
    select rep_id, territory_id, period_start, period_end, quota,
        rank() over (partition by rep_id, territory_id, period_start, period_end, component
            order by version desc nulls last) as newest
    from quotas
    where coalesce(level, 'rep') = 'rep' and coalesce(kind, 'direct') = 'direct'
        and (released_on is null or released_on <= date '2026-10-02')
        and period_start >= date '2023-10-01' and period_end <= date '2026-09-30'
),
issued as (
    select rep_id, period_start, period_end, sum(quota) as quota from newest
    where newest = 1 and territory_id is null group by all
),
voided as (select opportunity_id from opportunities where outcome = 'void'),
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
people as (
    select rep_id, hired_on, least(hired_on - date_trunc('month', hired_on)::date, 27)::int as day_,
        left_on, least(coalesce(left_on, date '2026-10-02'), date '2026-10-02') as last_on
    from reps where hired_on <= date '2026-10-02' and coalesce(left_on >= hired_on, true)
),
months as (
    select rep_id, hired_on, number,
        case when number = 1 then hired_on
            else (date_trunc('month', hired_on) + to_months(number - 1))::date + day_ end as month,
        (date_trunc('month', hired_on) + to_months(number))::date + day_ as after
    from people, range(1, 1000) numbers(number)
    where number <= date_diff('month', hired_on, last_on) + 1
),
began as (
    select greatest((select min(credited_on) from counted where kind <> 'overlay'),
        (select min(period_start) from issued)) as first_on
),
seen as (
    select m.* from months m join people using (rep_id), began
    where month >= first_on and after <= last_on + 1
),
sold as (
    select s.rep_id, number, sum(amount) as credited
    from seen s join counted c on c.rep_id = s.rep_id and credited_on >= month and credited_on < after
    where kind <> 'overlay' and credited_on >= hired_on
    group by s.rep_id, number
),
asked as (  -- a month has a quota where every day of it has one
    select s.rep_id, number, round(sum(quota * days / (period_end - period_start + 1)), 6) as quota
    from (
        select s.rep_id, number, after - month as length, quota, period_start, period_end,
            least(after, period_end + 1) - greatest(month, period_start) as days
        from seen s join issued i on i.rep_id = s.rep_id and period_start < after and period_end >= month
        where quota is not null
    ) s
    group by s.rep_id, number, length having sum(days) = length
),
sums as (
    select rep_id, number, quota, sum(coalesce(credited, 0)) over three as credited_of_three,
        case when count(quota) over three = 3 then sum(quota) over three end as quota_of_three
    from seen left join sold using (rep_id, number) left join asked using (rep_id, number)
    window three as (partition by rep_id order by number rows between 2 preceding and current row)
),
reached as (
    select rep_id, max(number) filter (quota is not null) as judged,
        min(number) filter (quota_of_three > 0
            and round(credited_of_three * 100) >= round(quota_of_three * 150)) as ramped_in
    from sums group by rep_id
),
held as (
    select rep_id,
        arg_max(region, starts_on) filter (
            starts_on <= least(coalesce(left_on, date '2026-10-02'), date '2026-10-02')
        ) as region_then,
        coalesce(region_then, arg_min(region, starts_on)) as region
    from rep_assignments join reps using (rep_id) group by rep_id
),
hires as (
    select region, coalesce(left_on < hired_on + interval 12 month, false) as left_within,
        coalesce(ramped_in <= 12, false) as ramped,
        hired_on >= (select min(month) from seen) and coalesce(left_on >= hired_on, true)
            and hired_on + interval 12 month <= timestamp '2026-10-03'
            and (left_within or coalesce(ramped_in, judged) >= 12 or ramped) as mature
    from reps left join held using (rep_id)
    left join reached using (rep_id)
)
select region, count(*) filter (mature and (left_within or not ramped))
    / nullif(count(*) filter (mature), 0) as new_hire_failure
from hires group by region
