"""The calendar that a source declares, and the period that is running in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.calendar import Calendar
from spmkit.data.errors import DataError
from spmkit.data.frames import distinct
from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed
from spmkit.periods import Period

if TYPE_CHECKING:
    from spmkit.data.sources import SalesData


def calendar_of(declared: Mapping[str, Any], quotas: Any) -> Calendar:
    """Build the fiscal calendar of a ``[calendar]`` section.

    With ``periods = "quotas"`` the periods are the quota lines' own: each runs to the
    day before the company's next period start, the last one to the end of the shortest of its
    lines.
    """
    rules = {k: v for k, v in declared.items() if k not in ("periods", "holidays")}
    periods = declared.get("periods")
    if periods is None:
        try:
            return Calendar(**rules)
        except ValueError as error:
            raise DataError(f"[calendar] {error}") from error
    if periods != "quotas":
        raise DataError(f'[calendar] periods is {periods!r}; it is "quotas" or left out.')
    if quotas is None:
        raise DataError('[calendar] periods = "quotas" needs the table quotas.')
    return _of_quotas(quotas)


def running_period(data: SalesData, day: date | None = None) -> Period:
    """The period in which a day lies, the data's own unless another is given.

    Raises
    ------
    DataError
        Where the periods are the quota lines' own, and end before it.
    """
    try:
        return data.calendar.containing(day or data.as_of)
    except ValueError as error:
        raise DataError(f"no period is running: {error}.") from error


def _of_quotas(quotas: Any) -> Calendar:
    frame = completed(nw.from_native(quotas).lazy(), "quotas", "period_end")
    found = to_pandas(distinct(frame.select("period_start", "period_end")))
    days = found.apply(pd.to_datetime).sort_values(["period_start", "period_end"])
    starts = tuple(days["period_start"].drop_duplicates().dt.date)
    last = days["period_start"] == days["period_start"].max()
    ends = days.loc[last & (days["period_end"] >= days["period_start"]), "period_end"]
    return Calendar(starts=starts, ends_on=ends.iloc[0].date() if len(ends) else _last_day(starts))


def _last_day(starts: tuple[date, ...]) -> date:
    """No end is said of the last period: it is taken to be as long as the one a year before."""
    if len(starts) < 2:
        return starts[-1] + timedelta(days=90)
    before = starts[-5:-3] if len(starts) > 4 else starts[-2:]
    return starts[-1] + (before[1] - before[0]) - timedelta(days=1)
