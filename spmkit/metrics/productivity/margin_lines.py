"""Margin lines: the margin that reps won, beside the cash that they were paid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.currency import in_one_currency
from spmkit.data.quality import to_pandas
from spmkit.data.tables import required
from spmkit.expressions import total
from spmkit.metrics.productivity.headcount import asked_periods, headcount_lines
from spmkit.metrics.productivity.lines import (
    KEY,
    by_assignment,
    keyed,
    moved_spells,
    won_deals,
)
from spmkit.periods import MONTHS, Period


def margin_lines(data: SalesData, period: str | Sequence[str] | None = None) -> pd.DataFrame:
    """One row a rep and period: the margin of what was won, and the total cash pay.

    Pay stands in a table of its own, so that no page shows it unasked. The
    variable part is what was paid under the dates of the period, often for
    sales of the period before; over a year the two come close.

    Parameters
    ----------
    data
        An open source with ``payouts``, and ``opportunity_lines`` with ``margin``.
    period
        As for :func:`spmkit.headcount_lines`.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`spmkit.headcount_lines` with ``margin`` (of the products of won
        opportunities, at the owner that each names; 0 of who won nothing, null where no win
        says its margin), ``paid`` (variable pay; 0 of who got nothing in a period in which
        others did, else null), ``base_earned`` (the period's part of a year's base pay, for the
        days on the payroll; null where it is not known) and ``cash_pay``, the sum of the two;
        in the reporting currency.

    Raises
    ------
    DataError
        Where a table or column is missing, a period begins after ``as_of``, or currencies are
        mixed without rates.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"], "base_pay": [36800.0]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": "won", "closed_on": "2026-07-01", "amount": 90.0}),
    ...     "opportunity_lines": pd.DataFrame({"opportunity_id": ["o1"], "product": "A",
    ...         "margin": 46000.0}),
    ...     "payouts": pd.DataFrame({"rep_id": ["ada"], "period_start": "2026-07-01",
    ...         "amount": 2300.0}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> lines = margin_lines(data, "2026Q3")
    >>> lines[["margin", "paid", "base_earned", "cash_pay"]].values.tolist()
    [[46000.0, 2300.0, 9200.0, 11500.0]]
    """
    periods, spells = asked_periods(data, period), moved_spells(data)
    heads = headcount_lines(data, [one.label for one in periods])
    lines = heads.astype({"rep_id": "object", "period": "object"})
    lines = _with_margin(lines, _margins(data, periods, spells))
    lines = _with_variable(lines, _paid(data, periods, spells))
    base = _base(lines, data, periods)
    return lines.assign(base_earned=base, cash_pay=lines["paid"] + base)


def _margins(data: SalesData, periods: Sequence[Period], spells: pd.DataFrame) -> pd.DataFrame:
    products = required(data, "opportunity_lines", "margin")
    margins = products.group_by("opportunity_id").agg(total(nw.col("margin")).alias("margin"))
    joined = won_deals(data).join(margins, on="opportunity_id", how="left")
    joined = in_one_currency(data, joined, "closed_on", ["margin"])
    return keyed(
        by_assignment(joined, "closed_on", data, periods, spells).agg(
            total(nw.col("margin")).alias("margin"), nw.len().cast(nw.Int64).alias("_wins")
        )
    )


def _with_margin(lines: pd.DataFrame, margins: pd.DataFrame) -> pd.DataFrame:
    joined = lines.merge(margins, on=KEY, how="left")
    return joined.assign(margin=joined["margin"].mask(joined.pop("_wins").isna(), 0.0))


def _paid(data: SalesData, periods: Sequence[Period], spells: pd.DataFrame) -> pd.DataFrame:
    payouts = required(data, "payouts")
    paid = in_one_currency(data, payouts, "period_start", ["amount"])
    grouped = by_assignment(paid, "period_start", data, periods, spells)
    return keyed(grouped.agg(total(nw.col("amount")).alias("paid")))


def _with_variable(lines: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    joined = lines.merge(paid, on=KEY, how="left")
    known = joined["period"].isin(paid["period"])
    return joined.assign(paid=joined["paid"].mask(known, joined["paid"].fillna(0.0)))


def _base(lines: pd.DataFrame, data: SalesData, periods: Sequence[Period]) -> pd.Series[Any]:
    """A year's base pay shared out to fiscal periods, at the rate that holds when one starts."""
    reps = nw.from_native(data.reps).lazy()
    if "base_pay" not in reps.collect_schema().names():
        return pd.Series(float("nan"), index=lines.index)
    full: dict[tuple[Any, str], float] = {}
    for one in periods:
        dated = reps.with_columns(nw.lit(one.start).alias("_day"))
        converted = to_pandas(in_one_currency(data, dated, "_day", ["base_pay"]))
        pay = zip(converted["rep_id"], converted["base_pay"], strict=True)
        daily = MONTHS[one.grain] / 12 / one.days
        full |= {(rep, one.label): amount * daily for rep, amount in pay if amount is not None}
    keys = zip(lines["rep_id"], lines["period"], strict=True)
    amounts = pd.Series([full.get(key) for key in keys], index=lines.index, dtype="float64")
    return amounts * lines["active_days"]
