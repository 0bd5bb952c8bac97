"""The calendar that a source declares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.calendar import Calendar
from spmkit.data.errors import DataError
from spmkit.data.quality import to_pandas


def calendar_of(declared: Mapping[str, Any], quotas: Any) -> Calendar:
    """Build the fiscal calendar of a ``[calendar]`` section.

    With ``periods = "quotas"`` the periods are the quota lines' own: each runs to the
    day before the company's next period start, the last one as long as the one before it.
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


def _of_quotas(quotas: Any) -> Calendar:
    frame = nw.from_native(quotas).lazy().select(nw.col("period_start")).unique()
    days = pd.to_datetime(to_pandas(frame)["period_start"]).dt.date
    starts = tuple(sorted(days))
    return Calendar(starts=starts, ends_on=_last_day(starts))


def _last_day(starts: tuple[date, ...]) -> date:
    """The last period has no next start: it is taken to be as long as the one a year before."""
    if len(starts) < 2:
        return starts[-1] + timedelta(days=90)
    before = starts[-5:-3] if len(starts) > 4 else starts[-2:]
    return starts[-1] + (before[1] - before[0]) - timedelta(days=1)
