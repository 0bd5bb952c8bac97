with held as (
    select rep_id,
        arg_max(region, starts_on) filter (
            starts_on <= least(coalesce(left_on, date '2026-10-02'), date '2026-10-02')
        ) as region_then,
        coalesce(region_then, arg_min(region, starts_on)) as region
    from rep_assignments join reps using (rep_id) group by rep_id
),
lines as (
    select region, left_on <= date '2026-10-02' as leaver,
        (least(coalesce(left_on, date '2026-10-02'), date '2026-10-02')
            - greatest(hired_on, date '2025-10-03') + 1) / 365 as headcount,
        case when lower(trim(leave_reason)) in ('better offer', 'career change', 'personal',
                'relocation', 'resignation', 'resigned', 'retired', 'retirement', 'voluntary')
                then 'voluntary'
            when lower(trim(leave_reason)) in ('dismissal', 'dismissed', 'involuntary', 'layoff',
                'performance', 'redundancy', 'restructuring', 'terminated') then 'involuntary'
            when lower(trim(leave_reason)) in ('internal move', 'promotion', 'transfer')
                then 'transfer' else 'unexplained' end as kind
    from reps left join held using (rep_id)
    where hired_on <= date '2026-10-02'
        and (left_on is null or left_on >= greatest(hired_on, date '2025-10-03'))
)
select region,
    count(*) filter (leaver) / sum(headcount) as attrition_rate,
    count(*) filter (leaver) / sum(headcount) as annual_attrition_rate,  -- the window is a year
    count(*) filter (leaver and kind = 'voluntary') / sum(headcount) as voluntary_attrition_rate,
    count(*) filter (leaver and kind = 'involuntary') / sum(headcount) as involuntary_attrition_rate,
    count(*) filter (leaver and kind = 'transfer') / sum(headcount) as transfer_rate,
    count(*) filter (leaver and kind = 'unexplained') / sum(headcount) as unexplained_attrition_rate
from lines group by region
