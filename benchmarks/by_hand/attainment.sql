with owned as (
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
    select rep_id, territory_id, sum(quota) as quota from newest where newest = 1 group by all
),
voided as (select opportunity_id from opportunities where outcome = 'void'),
closers as (
    select opportunity_id, arg_min(old_value, changed_at) as closer
    from opportunity_history join opportunities using (opportunity_id)
    where field = 'rep_id' and old_value is not null and changed_at::date > closed_on
        and outcome = 'won'
        and closed_on between date '2026-07-01' and date '2026-09-30'
    group by opportunity_id
),
counted as (
    select rep_id, credited_on, amount from credits
    where coalesce(credit_type, 'split') <> 'overlay'
        and credited_on between date '2026-07-01' and date '2026-09-30'
        and (opportunity_id is null or opportunity_id not in (from voided))
    union all
    select coalesce(closer, rep_id), closed_on, amount
    from opportunities left join closers using (opportunity_id)
    where outcome = 'won' and amount is not null
        and closed_on between date '2026-07-01' and date '2026-09-30'
        and opportunity_id not in (
            select opportunity_id from credits
            where opportunity_id is not null and coalesce(credit_type, 'split') <> 'overlay')
),
credited as (
    select c.rep_id, w.from_on, any_value(region) as region, sum(amount) as credited,
        max(amount) as largest
    from counted c left join owned w on c.rep_id = w.rep_id
        and credited_on >= w.from_on and credited_on < w.until
    group by 1, 2
),
spells as (
    select rep_id, from_on, region,
        (least(until - 1, date '2026-09-30') - greatest(from_on, date '2026-07-01') + 1) / 92 as share,
        from_on <= date '2026-09-30' and until > date '2026-09-30' as last
    from owned where from_on <= date '2026-09-30' and until > date '2026-07-01'
),
totals as (select rep_id, sum(credited) as rep_credited from credited group by rep_id),
owed as (
    select s.*, quota * share as quota,
        case when last and quota > 0 then quota end as rep_quota,
        case when last and quota > 0 then coalesce(rep_credited, 0) end as rep_credited
    from issued i join spells s using (rep_id) left join totals t using (rep_id)
    where territory_id is null
),
lines as (
    select coalesce(o.region, c.region) as region, quota, quota as issued,
        coalesce(credited, 0) as credited, largest, rep_quota, rep_credited,
        rep_credited / rep_quota as ratio
    from owed o full join credited c on c.rep_id = o.rep_id and c.from_on = o.from_on
    union all
    select null, null, quota, null, null, null, null, null  -- of vacant seats and strangers
    from issued where territory_id is not null or rep_id not in (select rep_id from spells)
)
select region,
    sum(credited) filter (quota is not null) / sum(quota) as attainment,
    avg(ratio) as mean_attainment,
    median(ratio) as median_attainment,
    count(*) filter (round(rep_credited * 100) >= round(rep_quota * 100)) / count(rep_quota)
        as participation_rate,
    sum(quota - credited) as gap_to_quota,
    stddev_samp(ln(case when ratio > 0 then ratio end)) as attainment_dispersion,
    sum(quota) as effective_quota,
    sum(credited) filter (issued is not null) / sum(issued) filter (credited is not null)
        as nominal_attainment,
    sum(credited) filter (issued is not null) / sum(issued) as quota_realisation,
    count(*) filter (round(rep_credited * 100) >= round(rep_quota * 80)
        and round(rep_credited * 100) < round(rep_quota * 120)) / count(rep_quota) as share_between,
    case when count(ratio) > 1 and median(ratio) > 0 then
        (quantile_cont(ratio, 0.75) - quantile_cont(ratio, 0.25)) / median(ratio) end
        as interquartile_spread,
    case when max(ratio) - min(ratio) > 1e-9
        then (avg(ratio) - median(ratio)) / stddev_samp(ratio) end as attainment_skew,
    (sum(credited) filter (quota is not null)
        - max(greatest(coalesce(largest, 0), 0)) filter (quota is not null)) / sum(quota)
        as attainment_without_largest,
    case when sum(credited) > 0 then max(largest) / sum(credited) end as largest_credit_share
from lines group by region
