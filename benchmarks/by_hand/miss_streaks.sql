with newest as (
    select rep_id, territory_id, period_start as quarter, quota,
        rank() over (partition by rep_id, territory_id, period_start, period_end, component
            order by version desc nulls last) as newest
    from quotas
    where coalesce(level, 'rep') = 'rep' and coalesce(kind, 'direct') = 'direct'
        and (released_on is null or released_on <= date '2026-10-02')
        and period_start >= date '2025-10-01' and period_end <= date '2026-09-30'
),
issued as (
    select rep_id, quarter, sum(quota) as quota from newest
    where newest = 1 and territory_id is null group by all
),
voided as (select opportunity_id from opportunities where outcome = 'void'),
closers as (
    select opportunity_id, arg_min(old_value, changed_at) as closer
    from opportunity_history join opportunities using (opportunity_id)
    where field = 'rep_id' and old_value is not null and changed_at::date > closed_on
        and outcome = 'won'
        and closed_on between date '2025-10-01' and date '2026-09-30'
    group by opportunity_id
),
counted as (
    select rep_id, credited_on, amount from credits
    where coalesce(credit_type, 'split') <> 'overlay'
        and credited_on between date '2025-10-01' and date '2026-09-30'
        and (opportunity_id is null or opportunity_id not in (from voided))
    union all
    select coalesce(closer, rep_id), closed_on, amount
    from opportunities left join closers using (opportunity_id)
    where outcome = 'won' and amount is not null
        and closed_on between date '2025-10-01' and date '2026-09-30'
        and opportunity_id not in (
            select opportunity_id from credits
            where opportunity_id is not null and coalesce(credit_type, 'split') <> 'overlay')
),
credited as (
    select rep_id, date_trunc('quarter', credited_on)::date as quarter, sum(amount) as credited
    from counted group by all
),
rated as (
    select rep_id, quarter, round(coalesce(credited, 0) * 100) < round(quota * 100) as missed
    from issued left join credited using (rep_id, quarter)
    where quota > 0 and rep_id in (select rep_id from reps)
),
runs as (
    select *, count(*) filter (not missed) over (partition by rep_id order by quarter) as run
    from rated
),
streaks as (
    select rep_id, quarter,
        count(*) filter (missed) over (partition by rep_id, run order by quarter) as streak
    from runs
),
owned as (
    select rep_id, region,
        case when row_number() over spell = 1 then date '1900-01-01' else starts_on end as from_on,
        lead(starts_on, 1, date '9999-12-31') over spell as until
    from rep_assignments
    window spell as (partition by rep_id order by starts_on)
),
lines as (
    select region, streak
    from streaks s join owned w on w.rep_id = s.rep_id
        and (quarter + interval 3 month)::date - 1 >= w.from_on
        and (quarter + interval 3 month)::date - 1 < w.until
    union all
    select null, null  -- vacant seats and strangers: they miss nothing
)
select region, max(streak) as longest_miss_streak from lines group by region
