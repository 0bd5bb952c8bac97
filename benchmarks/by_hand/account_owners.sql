with overlays as (
    select rep_id from quotas group by rep_id
    having bool_and(coalesce(kind, 'direct') = 'overlay')
),
spans as (
    select account_id, rep_id, min(created_on) as first_on,
        max(case when outcome = 'open' then date '9999-12-31' else closed_on end) as last_on
    from opportunities
    where outcome <> 'void' and account_id is not null and rep_id is not null
        and created_on <= date '2026-09-30'
        and (outcome = 'open' or closed_on >= date '2026-07-01')
        and rep_id not in (select rep_id from overlays where rep_id is not null)
    group by account_id, rep_id
),
shared as (
    select distinct a.account_id from spans a join spans b on a.account_id = b.account_id
        and a.rep_id < b.rep_id and a.first_on < b.last_on and b.first_on < a.last_on
)
select (select count(*) from shared) / (select count(distinct account_id) from spans)
    as account_overlap
