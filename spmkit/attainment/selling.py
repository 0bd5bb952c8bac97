"""The selling days of a span as dates: weekdays less the public holidays that are declared."""

from __future__ import annotations

from datetime import date

import pandas as pd

from spmkit.public_holidays import public_holidays


def selling_dates(start: date, end: date, region: str | None = None) -> pd.DatetimeIndex:
    """List the days that :func:`spmkit.selling_days` counts.

    Parameters
    ----------
    start, end
        First and last day, both included.
    region
        Whose public holidays to leave out, such as ``"US"``; None leaves out none.

    Examples
    --------
    >>> from datetime import date
    >>> selling_dates(date(2026, 7, 2), date(2026, 7, 6), "US").strftime("%m-%d").tolist()
    ['07-02', '07-06']
    """
    days = pd.bdate_range(start, end)
    if region is None:
        return days
    closed = sorted(public_holidays(region, range(start.year, end.year + 1)))
    return days[~days.isin(pd.to_datetime(closed))]
