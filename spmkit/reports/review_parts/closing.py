"""The end of a review: what the data could not say, definitions, and the sum of rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from spmkit.attainment import attainment, participation_rate, quota_rules
from spmkit.data import SalesData
from spmkit.declaration import Metric, metric_name
from spmkit.metrics.opportunities import sales_cycle, win_rate
from spmkit.metrics.productivity import average_deal_size
from spmkit.reports import page
from spmkit.review import Review
from spmkit.units import MONEY, format_value

DEFINED = (attainment, participation_rate, win_rate, average_deal_size, sales_cycle)


_PAY = ("payouts",)  # with one row its sum is one person's pay


def quality_box(data: SalesData) -> page.Part:
    """Rows read, used and set aside, the amounts with them, and what each defect closes."""
    ledger = data.quality()
    rows = ledger.groupby("status")["rows"].sum()
    aside = int(rows.get("quarantined", 0))
    summary = f"{rows['read']:,} rows read, {rows['used']:,} used, {aside:,} set aside"
    said = ledger[ledger["status"].isin(["quarantined", "limited"])]
    points = [_defect(line) for line in said.to_dict("records")]
    return page.quality(summary, *points, *_missing_tables(data))


def _defect(line: Mapping[Any, Any]) -> str:
    amount = (
        ""
        if pd.isna(line["amount"]) or line["table"] in _PAY
        else f" ({format_value(line['amount'], MONEY)})"
    )
    what = "set aside" if line["status"] == "quarantined" else f"closed to {line['closes']}"
    reason = str(line["reason"]).split(": ")[0]  # who the strangers are is for the ledger alone
    return f"{line['table']}: {line['rows']:,} × {reason}{amount}: {what}"


def _missing_tables(data: SalesData) -> list[str]:
    closes = {
        "quotas": "attainment, participation and gaps",
        "credits": "splits and reversals",
        "opportunity_history": "owner at closing, where owners changed since",
    }
    return [f"{name}: not given; no {what}" for name, what in closes.items() if name not in data]


def team_quality(data: SalesData) -> page.Part:
    """Rows read and set aside, in one line: what they are may be another team's."""
    rows = data.quality().groupby("status")["rows"].sum()
    aside = int(rows.get("quarantined", 0))
    said = f"{rows['read']:,} rows of the company read, {aside:,} set aside"
    return page.note(f"{said}; which they are is in the report of all teams.")


def review_foot(review: Review, parameters: Mapping[str, object]) -> page.Part:
    """The foot: definitions, rules, the sum of rows and amounts, parameters, input, version."""
    return data_foot(review.data, parameters, DEFINED, row_sums(review.data))


def team_foot(review: Review, parameters: Mapping[str, object]) -> page.Part:
    """The foot of a page for some: without sums, of which one's own part would leave another's."""
    return data_foot(review.data, parameters, DEFINED)


def data_foot(
    data: SalesData,
    parameters: Mapping[str, object],
    defined: Sequence[Metric],
    *lines: str,
) -> page.Part:
    """The foot of a page of any data: what its metrics mean, its rules, its input and version."""
    from spmkit import __version__

    given = ", ".join(f"{name} = {value}" for name, value in parameters.items() if value != "")
    currency = data.settings.currency or "as given, one currency"
    return page.foot(
        *[f"{_spoken(metric)}: {_first_line(metric)}" for metric in defined],
        " ".join(quota_rules(data)),
        *lines,
        f"Data as of {data.as_of}; {data.name}; currency: {currency}; parameters: "
        f"{given or 'none'}; input {data.fingerprint}; spmkit {__version__}.",
    )


def _spoken(metric: Callable[..., Any]) -> str:
    return metric_name(metric).replace("_", " ").capitalize()


def _first_line(metric: Callable[..., Any]) -> str:
    return str(metric.__doc__).strip().split("\n")[0]


def row_sums(data: SalesData) -> str:
    """For each table with amounts: read = used + set aside, in rows and money."""
    ledger = data.quality()
    parts = []
    for table, lines in ledger.groupby("table", sort=False):
        rows = lines.groupby("status")["rows"].sum()
        amounts = lines.groupby("status")["amount"].sum(min_count=1)
        money = "" if table in _PAY else _money_sum(amounts)
        parts.append(
            f"{table} {rows['read']:,} = {rows['used']:,} + {rows.get('quarantined', 0):,}{money}"
        )
    return "Rows read = used + set aside: " + "; ".join(parts) + "."


def _money_sum(amounts: pd.Series[float]) -> str:
    if pd.isna(amounts.get("read")):
        return ""
    aside = amounts.get("quarantined")
    aside = 0.0 if aside is None or pd.isna(aside) else aside
    return f" ({amounts['read']:,.2f} = {amounts['used']:,.2f} + {aside:,.2f})"
