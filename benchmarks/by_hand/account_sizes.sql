with known as (
    select potential from accounts where potential is not null
),
bands(band, low, high) as (
    values ('below 50,000', null, 50000), ('50,000–100,000', 50000, 100000),
        ('100,000–200,000', 100000, 200000), ('200,000 and more', 200000, null)
)
select band, low::double as low, high::double as high, count(potential) as rows,
    count(potential) / sum(count(potential)) over () as share
from bands left join known on potential >= coalesce(low, '-infinity'::double)
    and potential < coalesce(high, 'infinity'::double)
group by band, low, high
