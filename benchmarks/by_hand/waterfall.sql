with alive as (
    select opportunity_id, rep_id, amount, outcome,
        coalesce(created_on <= date '2026-06-30', true) as there_before,
        case when outcome <> 'open' then closed_on end as closed_on
    from opportunities
    where outcome <> 'void' and (created_on is null or created_on <= date '2026-09-30')
        and (outcome = 'open' or closed_on > date '2026-06-30')
),
changes as (
    select opportunity_id, field, changed_at, old_value, new_value,
        case when changed_at::date <= date '2026-06-30' then 0
            when changed_at::date <= date '2026-09-30' then 1 else 2 end as span
    from opportunity_history semi join alive using (opportunity_id)
    where field in ('amount', 'rep_id')
),
told as (
    select opportunity_id, field, count(*) filter (span = 0) > 0 as in_0,
        count(*) filter (span = 1) > 0 as in_1, count(*) filter (span = 2) > 0 as in_2,
        arg_max(coalesce(new_value, ''), changed_at) filter (span = 0) as last_0,
        arg_min(coalesce(old_value, ''), changed_at) filter (span = 1) as first_1,
        arg_max(coalesce(new_value, ''), changed_at) filter (span = 1) as last_1,
        arg_min(coalesce(old_value, ''), changed_at) filter (span = 2) as first_2
    from changes group by opportunity_id, field
),
values_ as (
    select opportunity_id, field,
        case when in_0 then last_0 when in_1 then first_1 when in_2 then first_2 end as before,
        case when in_1 then last_1 when in_0 then last_0 when in_2 then first_2 end as after
    from told
),
wide as (
    select opportunity_id, any_value(before) filter (field = 'amount') as amount_0,
        any_value(after) filter (field = 'amount') as amount_1,
        any_value(before) filter (field = 'rep_id') as rep_0,
        any_value(after) filter (field = 'rep_id') as rep_1
    from values_ group by opportunity_id
),
states as (
    select there_before, closed_on is null or closed_on > date '2026-09-30' as still_open,
        outcome = 'won' as won, coalesce(rep_0, rep_id) as rep_0, coalesce(rep_1, rep_id) as rep_1,
        round(case when amount_0 is null then amount else try_cast(amount_0 as double) end * 100)::bigint
            as cents_0,
        round(case when amount_1 is null then amount else try_cast(amount_1 as double) end * 100)::bigint
            as cents_1
    from alive left join wide using (opportunity_id)
),
steps as (
    select rep_0 as rep_id, 'start' as kind, cents_0 as cents from states where there_before
    union all
    select rep_0, 'reassigned out', -cents_0 from states where there_before and rep_0 <> rep_1
    union all
    select rep_1, 'reassigned in', cents_0 from states where there_before and rep_0 <> rep_1
    union all
    select rep_1, 'created', cents_1 from states where not there_before
    union all
    select rep_1, case when coalesce(cents_1, 0) > coalesce(cents_0, 0) then 'upsized' else 'downsized' end,
        coalesce(cents_1, 0) - coalesce(cents_0, 0)
    from states where there_before and coalesce(cents_1, 0) <> coalesce(cents_0, 0)
    union all
    select rep_1, case when won then 'won' else 'lost' end, -cents_1 from states where not still_open
    union all
    select rep_1, 'end', cents_1 from states where still_open
),
held as (
    select rep_id, arg_max(region, starts_on) filter (starts_on <= date '2026-09-30') as region_then,
        coalesce(region_then, arg_min(region, starts_on)) as region
    from rep_assignments group by rep_id
),
summed as (
    select region, kind, sum(coalesce(cents, 0)) / 100 as amount, count(*) as n
    from steps left join held using (rep_id) group by region, kind
)
select g.region, k.kind, coalesce(amount, 0)::double as amount, coalesce(n, 0)::bigint as n
from (select distinct region from summed) g
cross join (select unnest(['start', 'reassigned out', 'reassigned in', 'created', 'pulled in',
    'pushed', 'upsized', 'downsized', 'lost', 'won', 'end']) as kind) k
left join summed s on s.region is not distinct from g.region and s.kind = k.kind
