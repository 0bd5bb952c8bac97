with touches as (
    select coalesce(a.account_id, o.account_id) as account_id, started_at::date as day
    from activities a left join opportunities o using (opportunity_id)
    where coalesce(status, 'held') = 'held'
        and coalesce(external, coalesce(category, '') not in ('admin', 'internal', 'travel'))
        and started_at::date between date '2026-07-05' - 180 and date '2026-10-02'
),
by_account as (
    select account_id, count(*) filter (day >= date '2026-07-05') > 0 as touched,
        count(*) filter (day < date '2026-07-05') > 0 as before
    from touches group by account_id
),
lines as (
    select coalesce(touched, false) as touched, coalesce(before, false) as before,
        rep_id is not null and coalesce(target, 0) > 0
            and (churned_on is null or churned_on > date '2026-10-02') as target
    from accounts left join by_account using (account_id)
)
select count(*) filter (touched and target) / count(*) filter (target) as account_coverage,
    count(*) filter (touched and not before) as newly_touched_accounts
from lines
