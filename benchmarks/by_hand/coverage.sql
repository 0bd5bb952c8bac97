with held as (
    select rep_id, arg_max(region, starts_on) as region from rep_assignments
    where starts_on <= date '2026-10-02' group by rep_id
),
pipeline as (
    select rep_id, sum(amount) as open_amount from opportunities
    where outcome = 'open' and expected_close_on between date '2026-10-01' and date '2026-12-31'
    group by rep_id
),
newest as (  -- no quota of the quarter is out: those of the last one stand in
    select *, rank() over (partition by rep_id, territory_id, period_start, period_end, component
        order by version desc nulls last) as newest
    from quotas
    where coalesce(level, 'rep') = 'rep' and coalesce(kind, 'direct') = 'direct'
        and (released_on is null or released_on <= date '2026-10-02')
        and period_start >= date '2026-07-01' and period_end <= date '2026-09-30'
),
quota as (
    select rep_id, sum(quota) as quota from newest where newest = 1 and territory_id is null
    group by rep_id
),
given as (
    select rep_id, sum(amount) as credited from credits
    where coalesce(credit_type, 'split') <> 'overlay'
        and credited_on between date '2026-10-01' and date '2026-12-31'
        and (opportunity_id is null or opportunity_id not in
            (select opportunity_id from opportunities where outcome = 'void'))
    group by rep_id
),
closers as (
    select opportunity_id, arg_min(old_value, changed_at) as closer
    from opportunity_history join opportunities using (opportunity_id)
    where field = 'rep_id' and old_value is not null and changed_at::date > closed_on
        and outcome = 'won'
        and closed_on between date '2026-10-01' and date '2026-12-31'
    group by opportunity_id
),
owned as (
    select coalesce(closer, rep_id) as rep_id, sum(amount) as credited
    from opportunities left join closers using (opportunity_id)
    where outcome = 'won' and amount is not null
        and closed_on between date '2026-10-01' and date '2026-12-31'
        and opportunity_id not in (select opportunity_id from credits
            where opportunity_id is not null and coalesce(credit_type, 'split') <> 'overlay')
    group by 1
),
credited as (
    select rep_id, sum(credited) as credited from (from given union all from owned) group by rep_id
),
reps_ as (
    select rep_id, coalesce(open_amount, 0) as open_amount, quota,
        quota - coalesce(credited, 0) as remaining
    from pipeline full join credited using (rep_id) left join quota using (rep_id)
)
select region, case when sum(remaining) >= 0.005 then sum(open_amount) / sum(remaining) end
    as pipeline_coverage,
    sum(open_amount) / sum(quota) as total_pipeline_coverage
from reps_ left join held using (rep_id)
group by region
