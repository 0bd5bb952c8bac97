"""Credited opportunities: what was credited for a sale beside what it booked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from spmkit.attainment.credits import credited_amounts
from spmkit.attainment.lines import asked_periods
from spmkit.data import SalesData
from spmkit.data.currency import in_one_currency
from spmkit.data.tables import required
from spmkit.expressions import period_of


def credited_opportunities(data: SalesData, period: str | Sequence[str] | None = None) -> Any:
    """One row a won opportunity, with its amount and all credit given for it, whenever dated.

    Parameters
    ----------
    data
        An open source.
    period
        A label such as ``"2026Q3"``, several, or none for the last complete period: what closed
        in it.

    Returns
    -------
    frame
        ``opportunity_id``, ``rep_id`` (the owner), ``closed_on``, ``period``, ``booked``,
        ``credited`` (splits and overlays, net of reversals; without credit lines the amount) and
        ``overlay_credited`` (null without overlays), in the reporting currency. Lazily, of the
        engine of the source.

    Raises
    ------
    DataError
        Where opportunities have no amount or no closing date.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada", "bo"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": ["ada"],
    ...         "outcome": "won", "closed_on": "2026-07-01", "amount": [100.0]}),
    ...     "credits": pd.DataFrame({"credit_id": ["c1", "c2"], "opportunity_id": "o1",
    ...         "rep_id": ["ada", "bo"], "credited_on": "2026-07-01", "amount": [100.0, 50.0],
    ...         "credit_type": ["split", "overlay"]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> spm.measure(credited_opportunities(data), spm.credit_inflation)["credit_inflation"].tolist()
    [1.5]
    """
    won = _won(data, period)
    lines = credited_amounts(data)
    overlay = nw.when(nw.col("credit_type") == "overlay").then(nw.col("amount"))
    lines = lines.filter(~nw.col("opportunity_id").is_null())
    lines = lines.with_columns(overlay.alias("overlay_amount"))
    sums = lines.group_by("opportunity_id").agg(
        nw.col("amount").sum().alias("credited"),
        nw.col("overlay_amount").sum().alias("_overlay"),
        nw.col("overlay_amount").count().alias("_overlays"),
    )
    joined = won.join(sums, on="opportunity_id", how="left")
    added = nw.when(nw.col("_overlays") > 0).then(nw.col("_overlay"))
    return joined.with_columns(overlay_credited=added).drop("_overlay", "_overlays").to_native()


def _won(data: SalesData, period: str | Sequence[str] | None) -> Any:
    frame = required(data, "opportunities", "amount", "closed_on")
    won = frame.filter((nw.col("outcome") == "won") & ~nw.col("amount").is_null())
    periods = asked_periods(data, period)
    won = won.with_columns(period_of(nw.col("closed_on"), periods).alias("period"))
    won = in_one_currency(data, won.filter(~nw.col("period").is_null()), "closed_on", ["amount"])
    booked = nw.col("amount").alias("booked")
    return won.select("opportunity_id", "rep_id", "closed_on", "period", booked)
