with been_in as (
    select opportunity_id, new_value as stage from opportunity_history
    where field = 'stage' and new_value is not null
    union
    select opportunity_id, old_value from opportunity_history
    where field = 'stage' and old_value is not null
)
select been_in.stage, count(*) as n, count(*) filter (outcome = 'won') as won,
    count(*) filter (outcome = 'won') / count(*) as win_share
from been_in join opportunities using (opportunity_id)
where outcome in ('won', 'lost', 'no_decision') and been_in.stage in
    ('Prospecting', 'Qualification', 'Discovery', 'Proposal', 'Negotiation')
group by been_in.stage
