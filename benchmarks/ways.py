"""One table, made three ways: by measure, by SQL and by pandas, each as one writes it with care."""

from __future__ import annotations

from typing import Any

KEYS = ["won", "closed", "renewal", "won_amount", "won_cycle_days", "region"]

# A status says why a value is null, as measure does.
BY_HAND = """
with found as (
    select
        region,
        count(*) filter (closed and not renewal) as base,
        count(*) filter (won and closed and not renewal) as hits,
        count(won_amount) as deals,
        sum(won_amount) as sales,
        avg(won_amount) as deal,
        avg(won_cycle_days) as cycle,
        count(won_cycle_days) as cycles,
        count(*) filter (won) as wins,
        count(won) as known
    from {source}
    group by region
)
select
    region,
    hits / nullif(base, 0) as win_rate, base as win_rate_n, {base} as win_rate_status,
    deal as average_deal_size, deals as average_deal_size_n, {deals} as average_deal_size_status,
    cycle as sales_cycle_mean, cycles as sales_cycle_mean_n, {cycles} as sales_cycle_mean_status,
    sales as won_sales, deals as won_sales_n, {deals} as won_sales_status,
    wins as won_deals, known as won_deals_n, 'ok' as won_deals_status
from found
order by region nulls last
"""


def _status(column: str) -> str:
    return f"case when {column} = 0 then 'undefined: no rows' else 'ok' end"


def by_sql(connection: Any, source: str) -> Any:
    """The table by DuckDB SQL written for it, as a pandas frame."""
    said = {name: _status(name) for name in ("base", "deals", "cycles")}
    return connection.sql(BY_HAND.format(source=source, **said)).df()


def by_measure(frame: Any) -> Any:
    """The table by measure."""
    import spmkit as spm
    from benchmarks.metrics import won_deals, won_sales

    asked = [spm.win_rate, spm.average_deal_size, spm.sales_cycle_mean, won_sales, won_deals]
    return spm.measure(frame, asked, by="region")


def by_pandas(frame: Any) -> Any:
    """The table by pandas: one group-by over flags made beforehand."""
    import pandas as pd

    base = frame["closed"] & ~frame["renewal"]
    flags = frame[["region", "won", "won_amount", "won_cycle_days"]].assign(
        base=base, hits=frame["won"] & base
    )
    groups = flags.groupby("region", dropna=False)
    counts = groups[["base", "hits", "won"]].sum()
    known = groups[["won", "won_amount", "won_cycle_days"]].count()
    means = groups[["won_amount", "won_cycle_days"]].mean()
    table = {
        "win_rate": (counts["hits"] / counts["base"], counts["base"]),
        "average_deal_size": (means["won_amount"], known["won_amount"]),
        "sales_cycle_mean": (means["won_cycle_days"], known["won_cycle_days"]),
        "won_sales": (groups["won_amount"].sum(min_count=1), known["won_amount"]),
        "won_deals": (counts["won"], known["won"]),
    }
    columns: dict[str, Any] = {}
    for name, (value, n) in table.items():
        status = pd.Series("ok", index=n.index)
        if name != "won_deals":
            status[n == 0] = "undefined: no rows"
        columns |= {name: value, f"{name}_n": n, f"{name}_status": status}
    return pd.DataFrame(columns).reset_index()


def refuse_difference(left: Any, right: Any) -> None:
    """Raise unless two tables say the same, but for the last digits of sums added in parallel."""
    import pandas as pd

    pd.testing.assert_frame_equal(left, right, check_dtype=False, check_exact=False, rtol=1e-9)
