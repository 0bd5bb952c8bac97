with moved as (
    select distinct opportunity_id, changed_at, old_value, new_value from opportunity_history
    where field = 'expected_close_on' and old_value is not null and new_value is not null
),
pushed as (
    select opportunity_id, count(*) as pushes from moved
    where date_trunc('quarter', new_value::date) > date_trunc('quarter', old_value::date)
    group by opportunity_id
)
select segment, avg(coalesce(pushes, 0)) as push_count
from opportunities left join pushed using (opportunity_id)
where outcome <> 'void'
group by segment
