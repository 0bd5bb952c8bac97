"""What part of a year's sales its months bring, pulled towards none where few years say so."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.attainment.credits import credit_lines
from spmkit.attainment.progress import credit_progress
from spmkit.calendar import selling_days
from spmkit.data import SalesData
from spmkit.data.quality import to_pandas
from spmkit.intervals import Floats, refuse_confidence
from spmkit.periods import Period

_COLUMNS = ("part", "index", "low", "high", "seen", "weight", "n", "status")


def seasonal_indices(sales: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """Sales a selling day in each part of the year, as a multiple of the year's own mean.

    What the years agree on stays, what differs from year to year is taken for
    chance: the indices are pulled towards 1 by the share of chance in what they
    vary. One year alone cannot tell the two apart and gives 1 for all.

    Parameters
    ----------
    sales
        ``year``, ``part`` (1, 2, …), ``credited`` and ``selling_days``; a year that lacks a part,
        or sold nothing, is left out.
    confidence
        Of the bounds.

    Returns
    -------
    pandas.DataFrame
        ``part``, ``index``, ``low``, ``high``, ``seen`` (the mean over the years), ``weight`` (how
        much of what was seen is kept), ``n`` (years) and ``status``.

    Examples
    --------
    >>> sales = pd.DataFrame({"year": [2024] * 4 + [2025] * 4, "part": [1, 2, 3, 4] * 2,
    ...     "credited": [90.0, 100, 100, 110, 88, 101, 99, 112], "selling_days": 60})
    >>> seasonal_indices(sales)[["index", "seen", "weight"]].round(2).values.tolist()
    [[0.89, 0.89, 0.99], [1.0, 1.0, 0.99], [1.0, 1.0, 0.99], [1.11, 1.11, 0.99]]

    References
    ----------
    Miller and Williams 2003, shrinkage estimators of seasonal factors, doi
    10.1016/S0169-2070(02)00077-8.
    """
    refuse_confidence(confidence)
    parts = sorted(sales["part"].unique())
    seen = _by_year(sales, len(parts))
    years = len(seen)
    if years < 2 or len(parts) < 2:
        return _flat(parts, seen, years)
    means = seen.mean(axis=0)
    rest = seen - means
    noise = float((rest**2).sum()) / ((years - 1) * (len(parts) - 1)) / years
    between = max(float(means.var(ddof=1)) - noise, 0.0)
    weight = between / (between + noise) if between > 0 else 0.0
    half = NormalDist().inv_cdf((1 + confidence) / 2) * np.sqrt(weight * noise)
    index = 1 + weight * (means - 1)
    told = {"index": index, "low": index - half, "high": index + half, "seen": means}
    return pd.DataFrame({"part": parts, **told, "weight": weight, "n": years, "status": "ok"})


def _by_year(sales: pd.DataFrame, parts: int) -> Floats:
    """A row a whole year, a column a part: its share of sales over its share of selling days."""
    summed = sales.groupby(["year", "part"])[["credited", "selling_days"]].sum(min_count=1)
    amounts, days = (
        summed.reset_index().pivot_table(values=name, index="year", columns="part")
        for name in ("credited", "selling_days")
    )
    whole = amounts.notna().all(axis=1) & (amounts.sum(axis=1) > 0) & (days > 0).all(axis=1)
    if not whole.any():
        return np.empty((0, parts))
    amounts, days = amounts[whole], days[whole]
    shares = amounts.div(amounts.sum(axis=1), axis=0) / days.div(days.sum(axis=1), axis=0)
    return shares.to_numpy("float64")


def _flat(parts: list[Any], seen: Floats, years: int) -> pd.DataFrame:
    one = seen[0] if years else np.full(len(parts), np.nan)
    told = {"part": parts, "index": 1.0, "low": np.nan, "high": np.nan, "seen": one}
    frame = pd.DataFrame({**told, "weight": 0.0, "n": years, "status": "insufficient n"})
    return frame[[*_COLUMNS]]


def sales_by_month(data: SalesData, before: Period) -> pd.DataFrame:
    """What the company was credited in each fiscal month of the whole years before a period.

    Parameters
    ----------
    data
        An open source whose calendar has months.
    before
        The period ahead: nothing that was sold on or after its first day is read.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``part`` (the fiscal month), ``credited`` and ``selling_days``; no rows without a
        whole year.

    Raises
    ------
    ValueError
        Where the calendar has the company's own periods only.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o", "p"], "rep_id": "ada",
    ...         "outcome": "won", "closed_on": ["2025-01-15", "2025-12-15"], "amount": [60.0, 50]}),
    ... }, settings={"as_of": "2026-01-02"})
    >>> found = sales_by_month(data, data.calendar.period("2026Q1"))
    >>> found["credited"].tolist()
    [60.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 50.0]
    """
    months = _months_before(data, before)
    if not months:
        return pd.DataFrame(columns=["year", "part", "credited", "selling_days"])
    progress = credit_progress(data, [month.label for month in months])
    sold = progress.groupby("period")["credited"].sum()
    region = data.settings.calendar.get("holidays")
    rows = [
        (
            m.label[:4],
            int(m.label[-2:]),
            sold.get(m.label, 0.0),
            selling_days(m.start, m.end, region),
        )
        for m in months
    ]
    return pd.DataFrame(rows, columns=["year", "part", "credited", "selling_days"])


def _months_before(data: SalesData, before: Period) -> list[Period]:
    """The months of the fiscal years that are over, from the first one of which sales are known."""
    credited = nw.from_native(credit_lines(data)).lazy().select(nw.col("credited_on").min())
    first = to_pandas(credited)["credited_on"].iloc[0]
    if pd.isna(first) or pd.Timestamp(first).date() >= before.start:
        return []
    day = pd.Timestamp(first).date()
    years = data.calendar.between(day, before.start, "year")
    over = [year for year in years if year.end < before.start and year.end <= data.as_of]
    months = [data.calendar.parts(year, "month") for year in over]
    return [month for year in months if day <= year[0].end for month in year]
