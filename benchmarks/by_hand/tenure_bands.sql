with days as (
    select least(coalesce(left_on, date '2026-10-02'), date '2026-10-02') - hired_on as days
    from reps where hired_on <= date '2026-10-02' and coalesce(left_on >= hired_on, true)
),
bands(band, low, high) as (
    values ('below 90 days', null, 90), ('90–180 days', 90, 180), ('180–365 days', 180, 365),
        ('365–730 days', 365, 730), ('730–1,826 days', 730, 1826),
        ('1,826 days and more', 1826, null)
)
select band, low::double as low, high::double as high, count(days) as reps,
    count(days) / sum(count(days)) over () as share
from bands left join days on days >= coalesce(low, -1) and days < coalesce(high, 1000000)
group by band, low, high
