"""The proposed quotas by month and region: what each is asked for, and how unevenly."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from spmkit.calibration.proposing.cascade import UNKNOWN
from spmkit.calibration.proposing.phasing import Days, phased

ALL = "all"


def month_grid(
    seats: pd.DataFrame, days: Days, indices: Mapping[str, float] | None = None, by: str = "region"
) -> pd.DataFrame:
    """Quotas by month and region, with the sum of each month; exact to the cent.

    Parameters
    ----------
    seats
        With ``rep_id``, ``quota`` and the column to group by.
    days
        Of the period, as ``days_of`` lists them.
    indices
        Label of a month to its sales a selling day as a multiple of a usual month's; none asks by
        selling days alone.
    by
        A column of the seats; seats without one count to ``none known``.

    Returns
    -------
    pandas.DataFrame
        ``group`` (``all`` last), ``part`` (the month), ``quota``, ``share`` (of the group's quota)
        and ``even`` (the share that selling days alone would ask).

    Examples
    --------
    >>> from spmkit.calendar import Calendar
    >>> from spmkit.calibration.proposing.phasing import days_of
    >>> calendar = Calendar()
    >>> days = days_of(calendar.period("2026Q3"), calendar)
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "region": ["N", "S"], "quota": [66.0, 132]})
    >>> month_grid(seats, days).query("part == '2026M07'")[["group", "quota"]].values.tolist()
    [['N', 23.0], ['S', 46.0], ['all', 69.0]]
    """
    groups = seats.get(by, pd.Series(None, index=seats.index)).astype("object").fillna(UNKNOWN)
    parts = phased(seats, days, "month", indices)
    even = phased(seats, days, "month")
    months = parts.groupby("part", sort=False).ngroups
    named = pd.Series(groups.to_numpy().repeat(months))
    cents = (parts.assign(even=even["quota"])[["quota", "even"]] * 100).round()
    rows = cents.assign(group=named, part=parts["part"])
    whole = rows.assign(group=ALL)
    sums = pd.concat(
        [one.groupby(["group", "part"], as_index=False).sum() for one in (rows, whole)]
    )
    of = sums.groupby("group")["quota"].transform("sum")
    shares = {"share": sums["quota"] / of.where(of > 0), "even": sums["even"] / of.where(of > 0)}
    return sums.assign(**shares, quota=sums["quota"] / 100).reset_index(drop=True)
