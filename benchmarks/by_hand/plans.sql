with recursive newest as (
    select rep_id, territory_id, level, quota, rank() over (partition by rep_id, territory_id, level,
        period_start, period_end, component order by version desc nulls last) as newest
    from quotas
    where coalesce(kind, 'direct') = 'direct'
        and (released_on is null or released_on <= date '2026-10-02')
        and period_start >= date '2026-07-01' and period_end <= date '2026-09-30'
),
issued as (
    select rep_id, territory_id, coalesce(level, 'rep') as level, sum(quota) as quota
    from newest where newest = 1 group by all
),
owned as (
    select rep_id, manager_id,
        case when row_number() over spell = 1 then date '1900-01-01' else starts_on end as from_on,
        lead(starts_on, 1, date '9999-12-31') over spell as until
    from rep_assignments
    window spell as (partition by rep_id order by starts_on)
),
at_end as (
    select rep_id, manager_id from owned
    where from_on <= date '2026-09-30' and until > date '2026-09-30' and manager_id is not null
),
asked as (
    select i.rep_id, manager_id, quota
        * (least(until - 1, date '2026-09-30') - greatest(from_on, date '2026-07-01') + 1) / 92 as quota
    from issued i join owned o using (rep_id)
    where level = 'rep' and territory_id is null
        and from_on <= date '2026-09-30' and until > date '2026-07-01'
),
above as (
    select row_number() over () as line, manager_id as leader_id, quota from asked
    where manager_id is not null
    union
    select line, manager_id, quota from above join at_end on at_end.rep_id = leader_id
),
below as (
    select leader_id, sum(quota) as assigned
    from (select leader_id, quota from above union all select rep_id, quota from asked)
    group by leader_id
),
plans as (
    select 'team' as level, rep_id, sum(i.quota) as plan, any_value(assigned) as assigned
    from issued i left join below on leader_id = rep_id
    where i.level = 'team' group by rep_id
    union all
    select 'company', null, sum(quota) filter (level = 'company'),
        sum(quota) filter (level = 'rep')
    from issued
)
select level,
    (sum(assigned) filter (plan is not null) - sum(plan) filter (assigned is not null))
        / sum(plan) filter (assigned is not null) as over_assignment
from plans group by level
