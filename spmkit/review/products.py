"""What was won of each product: value, price and margin, now and in the period before."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.currency import in_one_currency
from spmkit.data.tables import completed, required
from spmkit.expressions import period_of, present, total
from spmkit.measure import measure
from spmkit.metrics.opportunities import price_realisation
from spmkit.periods import Period
from spmkit.review.frames import NOT_GIVEN
from spmkit.review.opening import Review
from spmkit.units import Column, Money

_OF_LINE = ("amount", "list_amount", "margin")
_VALUES = ("won_amount", "won_list_amount", "margin")
_KEPT = ("product", "period", *_VALUES)
_HALF_A_CENT = 0.005


def product_values(review: Review) -> pd.DataFrame:
    """Measure what was won of each product in the period of a review and in the one before.

    An opportunity counts with its own lines where it has any, else with its main product; what
    its lines leave of its amount has no product.

    Parameters
    ----------
    review
        An open review.

    Returns
    -------
    pandas.DataFrame
        One row a product and period: ``product`` (null: not given), ``period``, ``won_amount``,
        ``price_realisation`` with its ``_n`` and ``_status``, ``margin`` and ``margin_amount``
        (the won value of the rows whose margin is known).
    """
    made = f"products of {review.periods.now.label}"
    found: pd.DataFrame = review.data.fact(
        made, lambda: _measured(_product_lines(review), ["product", "period"])
    )
    return found


def _measured(lines: Any, keys: list[str]) -> pd.DataFrame:
    asked = (_value, price_realisation, _margin, _value_with_margin)
    found = measure(lines.to_native(), asked, by=keys)
    named = {"_value": "won_amount", "_margin": "margin", "_value_with_margin": "margin_amount"}
    price = ["price_realisation", "price_realisation_n", "price_realisation_status"]
    return found.rename(columns=named)[[*keys, *named.values(), *price]]


def product_mix(review: Review) -> pd.DataFrame:
    """What each product is of the value won, its price and its margin, beside the period before.

    Parameters
    ----------
    review
        An open review.

    Returns
    -------
    pandas.DataFrame
        One row a product that was won in the period, the largest first, and a last one of all:
        ``group``, ``won_amount``, ``share``, ``price_realisation``, ``margin`` (a share of the
        value whose margin is known) and, of the last three, ``…_change`` on the period before
        (null where one of the two is; of a running period, which is no whole one).

    Raises
    ------
    DataError
        Where nothing was won in the period, or no product is named.
    """
    values, label = product_values(review), review.periods.now.label
    won = values[(values["period"] == label) & values["won_amount"].notna()]
    if won["product"].isna().all():
        raise DataError(
            f"No product is named of what was won in {label}. Give the column product of "
            "opportunities, or the table opportunity_lines."
        )
    whole = _measured(_product_lines(review), ["period"])
    now = _shares(values, whole, label)
    before = review.periods.before.label if review.periods.before else ""
    then = _shares(values, whole, before if review.periods.complete else "")
    matched = now[["group"]].merge(then, on="group", how="left")
    names = ("share", "price_realisation", "margin")
    return now.assign(**{f"{name}_change": now[name] - matched[name] for name in names})


def _shares(values: pd.DataFrame, whole: pd.DataFrame, label: str) -> pd.DataFrame:
    """The products of a period with their shares, and a row of all of them."""
    own = values[(values["period"] == label) & values["won_amount"].notna()]
    own = own.assign(group=own["product"].astype("object").fillna(NOT_GIVEN))
    own = own.sort_values("won_amount", ascending=False, kind="stable")
    rows = pd.concat([own, whole[whole["period"] == label].assign(group="All")], ignore_index=True)
    total_won = own["won_amount"].sum()
    known = rows["margin_amount"].where(rows["margin_amount"] > 0)
    share = rows["won_amount"] / (total_won if total_won > 0 else float("nan"))
    rows = rows.assign(share=share, margin=rows["margin"] / known)
    return rows[["group", "won_amount", "share", "price_realisation", "margin"]]


def _product_lines(review: Review) -> Any:
    """A row a product of a won opportunity, lazily."""
    data = review.data
    periods = [period for period in (review.periods.before, review.periods.now) if period]
    won = _won(data, periods)
    whole = in_one_currency(data, won, "closed_on", list(_VALUES[:2]))
    if "opportunity_lines" not in data:
        return whole.select(*_KEPT)
    parts = _parts(data, won)
    lined = parts.group_by("opportunity_id").agg(total(nw.col("won_amount")).alias("_lined"))
    rest = whole.join(lined, on="opportunity_id", how="left")
    return nw.concat([parts.select(*_KEPT), _left_over(rest).select(*_KEPT)])


def _won(data: SalesData, periods: list[Period]) -> Any:
    frame = nw.from_native(data.opportunities).lazy().filter(nw.col("outcome") == "won")
    frame = completed(frame, "opportunities", "product", "amount", "list_amount", "closed_on")
    own = [name for name in ("currency",) if name in frame.collect_schema().names()]
    dated = frame.select(
        "opportunity_id",
        nw.col("product").cast(nw.String),
        period_of(nw.col("closed_on"), periods).alias("period"),
        "closed_on",
        nw.col("amount").cast(nw.Float64).alias("won_amount"),
        nw.col("list_amount").cast(nw.Float64).alias("won_list_amount"),
        nw.lit(None, nw.Float64).alias("margin"),
        *own,
    )
    return dated.filter(~nw.col("period").is_null())


def _parts(data: SalesData, won: Any) -> Any:
    """The lines of the opportunities that were won, in one currency."""
    lines = completed(
        required(data, "opportunity_lines"), "opportunity_lines", "product", *_OF_LINE
    )
    named = [
        nw.col(name).cast(nw.Float64).alias(as_)
        for name, as_ in zip(_OF_LINE, _VALUES, strict=True)
    ]
    lines = lines.select("opportunity_id", nw.col("product").cast(nw.String), *named)
    joined = lines.join(won.drop("product", *_VALUES), on="opportunity_id", how="inner")
    return in_one_currency(data, joined, "closed_on", list(_VALUES))


def _left_over(won: Any) -> Any:
    """What the lines of an opportunity leave of it; the whole of one without lines."""
    bare = nw.col("_lined").is_null()
    whole, lined = nw.col("won_amount"), nw.col("_lined")
    left = won.with_columns(
        nw.when(bare).then(whole).otherwise(whole - lined).alias("won_amount"),
        nw.when(bare).then(nw.col("product")).alias("product"),
        nw.when(bare).then(nw.col("won_list_amount")).alias("won_list_amount"),
    )
    return left.filter(bare | (nw.col("won_amount").abs() >= _HALF_A_CENT))


def _value(won_amount: Column) -> Money:
    return total(won_amount)


def _margin(margin: Column) -> Money:
    return total(margin)


def _value_with_margin(won_amount: Column, margin: Column) -> Money:
    return total(nw.when(present(margin)).then(won_amount))
