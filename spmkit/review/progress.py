"""How far into a period each rep's credit had come at some moments of it, period by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spmkit.attainment import credit_progress
from spmkit.attainment.selling import selling_dates
from spmkit.data import SalesData
from spmkit.data.identity import NOT_IN_REPS
from spmkit.intervals import Floats
from spmkit.periods import Period

THIRDS = (1 / 3, 2 / 3, 1.0)


@dataclass(frozen=True)
class Progress:
    """Quota and credit of each rep in each complete period, in order.

    ``reps`` and ``periods`` name the rows and columns of ``quota``; ``credited`` has a third
    axis, the ``marks``: shares of a period's working days, the first of which is ``elapsed``
    where that is above 0. A period in which a rep had no quota above zero is null in both.
    """

    reps: list[str]
    periods: list[str]
    elapsed: float
    marks: tuple[float, ...]
    quota: Floats
    credited: Floats

    @property
    def attainment(self) -> Floats:
        """What each rep reached in each period."""
        return self.credited[:, :, -1] / self.quota


def progress_of(
    data: SalesData, lines: pd.DataFrame, periods: Sequence[Period], elapsed: float = 0.0
) -> Progress:
    """Read how credit came in, at the thirds of each period and at one more moment.

    Parameters
    ----------
    data
        An open source.
    lines
        Quota lines of the periods.
    periods
        Complete ones, in order.
    elapsed
        A share of a period's working days that is over; 0 where none is.

    Returns
    -------
    Progress
        Thirds before ``elapsed`` are left out.
    """
    later = [third for third in THIRDS if third > elapsed + _TOO_NEAR]
    marks = ((elapsed,) if elapsed else ()) + tuple(later or [1.0])
    labels = [period.label for period in periods]
    person = lines["rep_id"].notna() & (lines["rep_id"] != NOT_IN_REPS)
    own = lines[person & lines["period"].isin(labels)]
    sums = own.groupby(["rep_id", "period"], as_index=False)[["quota", "credited"]].sum()
    held = sums[sums["quota"] > 0]
    quota, whole = (_table(held, name, labels) for name in ("quota", "credited"))
    daily = credit_progress(data, labels) if labels and len(quota) else None
    parts = [_by_mark(daily, quota, _days(data, periods, mark)) for mark in marks[:-1]]
    return Progress(
        list(quota.index),
        labels,
        elapsed,
        marks,
        quota.to_numpy(),
        np.stack([*parts, whole.to_numpy()], axis=2),
    )


def _table(lines: pd.DataFrame, name: str, labels: Sequence[str]) -> pd.DataFrame:
    """A row a rep, a column a period."""
    table = lines.pivot_table(index="rep_id", columns="period", values=name, aggfunc="sum")
    return table.reindex(columns=list(labels)).astype("float64")


_TOO_NEAR = 0.03  # of a period: a mark so near would say nothing of its own


def _days(data: SalesData, periods: Sequence[Period], mark: float) -> dict[str, pd.Timestamp]:
    """The last day of a share of each period's working days."""
    region = data.settings.calendar.get("holidays")
    days = {p.label: selling_dates(p.start, p.end, region) for p in periods}
    return {name: d[max(1, round(mark * len(d))) - 1] for name, d in days.items() if len(d)}


def _by_mark(
    daily: pd.DataFrame | None, quota: pd.DataFrame, days: dict[str, pd.Timestamp]
) -> Floats:
    """What each rep was credited with from a period's beginning to a day of it."""
    if daily is None:
        return np.full(quota.shape, np.nan)
    until = daily[daily["credited_on"] <= daily["period"].map(days)]
    found = _table(until, "credited", list(quota.columns)).reindex(quota.index).fillna(0.0)
    counted: Floats = found.where(quota.notna()).to_numpy("float64")
    return counted
