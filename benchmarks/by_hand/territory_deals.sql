with overlays as (
    select rep_id from quotas group by rep_id
    having bool_and(coalesce(kind, 'direct') = 'overlay')
),
deals as (
    select opportunity_id, rep_id, territory_id, closed_on
    from opportunities join (select account_id, territory_id from accounts) using (account_id)
    where outcome = 'won' and closed_on between date '2026-07-01' and date '2026-09-30'
        and territory_id is not null and rep_id <> 'not in reps'
        and rep_id not in (select rep_id from overlays where rep_id is not null)
),
judged as (
    select opportunity_id, bool_or(d.territory_id = t.territory_id) as inside
    from deals d join territory_assignments t on d.rep_id = t.rep_id
        and closed_on >= starts_on and (ends_on is null or closed_on <= ends_on)
    group by opportunity_id
)
select count(*) filter (not inside) / count(*) as out_of_territory_share from judged
