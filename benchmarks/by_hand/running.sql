with days as (
    select day, date_trunc('quarter', day)::date as quarter,
        row_number() over (partition by date_trunc('quarter', day) order by day) as number,
        count(*) over (partition by date_trunc('quarter', day)) as days
    from (select unnest(generate_series(date '2024-10-01', date '2026-12-31', interval 1 day))::date
        as day)
    where isodow(day) < 6
),
now as (
    select max(number) as elapsed, any_value(days) - max(number) as days_left,
        max(number) / any_value(days) as share
    from days where quarter = date '2026-10-01' and day <= date '2026-10-02'
),
same_days as (
    select quarter, max(day) filter (number <= greatest(round(share * days), 1)) as until
    from days, now where quarter < date '2026-10-01' group by quarter
),
owned as (
    select rep_id, region,
        case when row_number() over spell = 1 then date '1900-01-01' else starts_on end as from_on,
        lead(starts_on, 1, date '9999-12-31') over spell as until
    from rep_assignments
    window spell as (partition by rep_id order by starts_on)
),
newest as (
    select rep_id, territory_id, quota, rank() over (partition by rep_id, territory_id, period_start,
        period_end, component order by version desc nulls last) as newest
    from quotas
    where coalesce(level, 'rep') = 'rep' and coalesce(kind, 'direct') = 'direct'
        and (released_on is null or released_on <= date '2026-10-02')
        and period_start >= date '2026-07-01' and period_end <= date '2026-09-30'
),
issued as (
    select rep_id, sum(quota) as quota from newest where newest = 1 and territory_id is null
    group by rep_id
),
voided as (select opportunity_id from opportunities where outcome = 'void'),
closers as (
    select opportunity_id, arg_min(old_value, changed_at) as closer
    from opportunity_history join opportunities using (opportunity_id)
    where field = 'rep_id' and old_value is not null and changed_at::date > closed_on
        and outcome = 'won'
        and closed_on between date '2024-10-01' and date '2026-12-31'
    group by opportunity_id
),
counted as (
    select rep_id, credited_on, amount from credits
    where coalesce(credit_type, 'split') <> 'overlay'
        and credited_on between date '2024-10-01' and date '2026-12-31'
        and (opportunity_id is null or opportunity_id not in (from voided))
    union all
    select coalesce(closer, rep_id), closed_on, amount
    from opportunities left join closers using (opportunity_id)
    where outcome = 'won' and amount is not null
        and closed_on between date '2024-10-01' and date '2026-12-31'
        and opportunity_id not in (
            select opportunity_id from credits
            where opportunity_id is not null and coalesce(credit_type, 'split') <> 'overlay')
),
by_quarter as (
    select quarter, coalesce(sum(amount) filter (credited_on <= until), 0) / sum(amount) as come_in
    from counted join same_days on date_trunc('quarter', credited_on)::date = quarter
    group by quarter, until having sum(amount) > 0
),
expected as (
    select case when count(*) >= 4 then avg(come_in) else (select share from now) end as share
    from by_quarter
),
lines as (  -- no quota of the running quarter is out: the last ones stand in where it was sold
    select w.region, any_value(quota) as quota, sum(amount) as credited
    from counted c left join owned w on c.rep_id = w.rep_id
        and credited_on >= w.from_on and credited_on < w.until
    left join issued i on i.rep_id = w.rep_id
    where credited_on >= date '2026-10-01'
    group by c.rep_id, w.from_on, w.region
),
sums as (
    select region, sum(quota) as quota, sum(credited) filter (quota is not null) as towards,
        sum(credited) as credited, sum(quota - credited) as gap
    from lines group by region
)
select region, towards / (quota * e.share) as pace, credited / e.share as run_rate_projection,
    missing / days_left as required_run_rate,
    case when towards > 0 then missing * elapsed / (towards * days_left) end as required_lift
from (select *, case when gap > 0 then gap when gap <= 0 then 0 end as missing from sums), expected e,
    now
