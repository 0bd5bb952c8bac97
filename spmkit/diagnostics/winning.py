"""How much of what closed was won, by segment, source, product, size, and why it was lost."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data.frames import kept
from spmkit.data.quality import to_pandas
from spmkit.diagnostics.funnel_value import new_business
from spmkit.diagnostics.opening import Diagnosis
from spmkit.intervals import wilson_interval
from spmkit.measure import measure
from spmkit.metrics.opportunities import value_win_rate, win_curve, win_rate
from spmkit.redraws import redrawn_ratio
from spmkit.review.frames import NOT_GIVEN
from spmkit.units import MONEY, format_value

CONFIDENCE = 0.95
KINDS = ("segment", "source", "product", "type", "size")
"""By what win rates are shown apart."""
AGE = 180
"""Days after which the share won of what was created is read, for it beside what closed."""

_READ = ("rep_id", "type", "segment", "source", "product", "amount", "decided_amount")
_FLAGS = ("won", "lost", "closed", "renewal", "loss_reason", "lasted_days")
_QUARTERS = (0.25, 0.5, 0.75)
_COLUMNS = ("kind", "value", "win_rate", "low", "high", "n", "status")


def closed_deals(diagnosis: Diagnosis) -> Any:
    """What closed in the window, renewals left out: read once for all that is said of winning."""
    return diagnosis.data.fact(f"closed in {diagnosis.window}", lambda: _closed(diagnosis))


def _closed(diagnosis: Diagnosis) -> Any:
    lines, day = new_business(diagnosis), nw.col("closed_on").cast(nw.Date)
    first, last = nw.lit(diagnosis.start.date()), nw.lit(diagnosis.end.date())
    there = lines.collect_schema().names()
    wanted = (*_READ, *_FLAGS)
    none = nw.lit(None, nw.String)
    asked = [nw.col(name) if name in there else none.alias(name) for name in wanted]
    within = lines.filter(nw.col("closed"), day >= first, day <= last)
    return kept(within.select(*asked), diagnosis.data.connection).to_native()


def size_edges(diagnosis: Diagnosis) -> list[float]:
    """Where bands of size begin: the quarters of the amounts that closed, in round figures.

    None where what was lost carries no amount: every band would then be won.
    """
    lines = nw.from_native(closed_deals(diagnosis)).lazy()
    if not _losses_valued(lines):
        return []
    cuts = [nw.col("amount").quantile(q, interpolation="linear").alias(str(q)) for q in _QUARTERS]
    found = to_pandas(lines.select(*cuts)).iloc[0].dropna()
    return sorted({float(f"{value:.2g}") for value in found})


def _losses_valued(lines: Any) -> bool:
    lost = lines.filter(~nw.col("won")).select(nw.col("amount").count().alias("n"))
    return bool(int(to_pandas(lost)["n"].iloc[0]))


def _sized(lines: Any, edges: Sequence[float]) -> Any:
    """Put each deal into its band; what has no amount into none."""
    size = nw.lit(None, nw.String)
    amount = nw.col("amount")
    for low, name in zip([-np.inf, *edges], size_bands(edges), strict=True):
        above = amount >= low if np.isfinite(low) else ~amount.is_null()
        size = nw.when(above).then(nw.lit(name)).otherwise(size)
    return lines.with_columns(size=size)


def size_bands(edges: Sequence[float]) -> list[str]:
    """Name the bands that some edges make.

    Examples
    --------
    >>> size_bands([8000.0, 14000.0])
    ['below 8.00 k', '8.00 k to 14.0 k', '14.0 k and more']
    """
    if not edges:
        return ["any size"]
    texts = [format_value(edge, MONEY) for edge in edges]
    between = [f"{low} to {high}" for low, high in pairwise(texts)]
    return [f"below {texts[0]}", *between, f"{texts[-1]} and more"]


def win_rates_apart(diagnosis: Diagnosis) -> pd.DataFrame:
    """Win rates of what closed in the window by segment, source, product, type and size.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``kind``, ``value`` (``not given`` where it is empty), ``win_rate`` of all that closed with
        ``low``, ``high`` (Wilson, 95 %), ``n`` and ``status``; ``value_win_rate`` with
        ``value_low``, ``value_high`` (whole reps drawn anew; null below 8 reps, and where no loss
        has an amount). A kind that parts nothing is left out; sizes stand in their order, others
        with the highest rate first.

    Examples
    --------
    >>> found = win_rates_apart(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found["kind"].unique().tolist()
    ['segment', 'source', 'product', 'type', 'size']

    References
    ----------
    Catalogue W2 and W6.
    """
    edges = size_edges(diagnosis)
    lines = nw.from_native(closed_deals(diagnosis)).lazy()
    valued = _losses_valued(lines)
    kinds = KINDS if valued else [kind for kind in KINDS if kind != "size"]
    found = [_by_kind(_sized(lines, edges), kind, edges, valued=valued) for kind in kinds]
    apart = [part for part in found if len(part) > 1]
    return pd.concat(apart, ignore_index=True) if apart else pd.DataFrame(columns=list(_COLUMNS))


def _by_kind(lines: Any, kind: str, edges: Sequence[float], *, valued: bool) -> pd.DataFrame:
    named = lines.with_columns(value=nw.col(kind).fill_null(NOT_GIVEN))
    rates = measure(named.to_native(), win_rate, by="value", confidence=CONFIDENCE)
    rates = rates.rename(columns={f"win_rate_{end}": end for end in ("low", "high", "n", "status")})
    told = rates.merge(_values(named, valued=valued), on="value", how="left").assign(kind=kind)
    ordered = told.sort_values(["win_rate", "value"], ascending=[False, True])
    if kind == "size":
        order = {name: place for place, name in enumerate(size_bands(edges))}
        ordered = told.sort_values("value", key=lambda names: names.map(order).fillna(len(order)))
    return ordered


def _values(named: Any, *, valued: bool) -> pd.DataFrame:
    """The value win rate, of sums by rep: what a ratio of sums is made of, and small."""
    summed = (
        named.with_columns(rep_id=nw.col("rep_id").fill_null("nobody"))
        .group_by("value", "rep_id", "won")
        .agg(nw.col("decided_amount").sum(), nw.col("decided_amount").count().alias("known"))
    )
    sums = to_pandas(summed)
    sums = sums[(sums["known"] > 0) & valued]
    name = "value_win_rate"
    columns = {name: name, f"{name}_low": "value_low", f"{name}_high": "value_high"}
    if sums.empty:
        return pd.DataFrame(columns=["value", *columns.values()])
    sums = sums.astype({"won": "bool"})
    found = redrawn_ratio(sums, value_win_rate, "rep_id", "value")
    return found[["value", *columns]].rename(columns=columns)


def won_of_created_apart(diagnosis: Diagnosis, kind: str) -> pd.DataFrame:
    """The share won within 180 days of creation by one kind, the open ones counted as open.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    kind
        ``segment``, ``source``, ``product`` or ``type``.

    Returns
    -------
    pandas.DataFrame
        ``value`` and the columns of :func:`spmkit.win_curve`.

    References
    ----------
    Catalogue W5.
    """
    day = nw.col("created_on").cast(nw.Date)
    lines = new_business(diagnosis).filter(day <= nw.lit(diagnosis.end.date()))
    named = lines.with_columns(value=nw.col(kind).fill_null(NOT_GIVEN))
    return win_curve(named.to_native(), by="value", at=(AGE,), confidence=CONFIDENCE)


def loss_reasons(diagnosis: Diagnosis) -> pd.DataFrame:
    """Why deals of the window were lost, or ended undecided: what was entered as the reason.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``reason`` (``not given`` where none was entered), ``n``, ``of`` (all that closed without a
        win), ``share`` with ``low`` and ``high`` (Wilson, 95 %), ``amount`` (null where none has
        one); the most frequent first, ``not given`` last.

    Examples
    --------
    >>> loss_reasons(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample"))).loc[0, "reason"]
    'Price'
    """
    lines = nw.from_native(closed_deals(diagnosis)).lazy().filter(~nw.col("won"))
    named = lines.with_columns(reason=nw.col("loss_reason").fill_null(NOT_GIVEN))
    amount = nw.col("amount")
    grouped = named.group_by("reason").agg(
        nw.len().alias("n"), amount.sum().alias("amount"), amount.count().alias("known")
    )
    found = to_pandas(grouped).astype({"n": "int64"})
    of = int(found["n"].sum())
    low, high = wilson_interval(found["n"], np.full(len(found), of), CONFIDENCE)
    money = found["amount"].astype("float64").where(found["known"] > 0)
    told = found.assign(of=of, share=found["n"] / max(of, 1), low=low, high=high, amount=money)
    last = told["reason"].eq(NOT_GIVEN)
    ordered = told.assign(_last=last).sort_values(
        ["_last", "n", "reason"], ascending=[True, False, True], ignore_index=True
    )
    return ordered[["reason", "n", "of", "share", "low", "high", "amount"]]
