"""The rows of the table of quotas that add up to the quotas of a rep's page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spmkit.attainment.quotas import fitted, released_quotas
from spmkit.periods import Period
from spmkit.review.course import Course

_ROW = ["period", "period_start", "period_end", "component", "version", "released_on", "quota"]


def quota_rows(course: Course, periods: Sequence[Period]) -> pd.DataFrame:
    """The rows of ``quotas`` whose sum is the rep's quota in some periods.

    Parameters
    ----------
    course
        What :func:`open_course` gave.
    periods
        Periods that it has read.

    Returns
    -------
    pandas.DataFrame
        ``period``; ``period_start``, ``period_end``, ``component``, ``version`` and
        ``released_on`` as given (null where they are not), ``quota`` as issued, in the reporting
        currency; ``share``, what is left of it as effective quota (1 unless full quotas are
        prorated here), and ``effective``, the two multiplied. No row where the rep has no quota.

    Examples
    --------
    >>> data = spm.open_data({"reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...     "outcome": ["open"]}), "quotas": pd.DataFrame({"rep_id": "ada",
    ...     "quota": [30.0, 30.0, 40.0],
    ...     "period_start": ["2026-07-01", "2026-08-01", "2026-09-01"],
    ...     "period_end": ["2026-07-31", "2026-08-31", "2026-09-30"]})},
    ...     settings={"as_of": "2026-10-02"})
    >>> course = spm.review.open_course(spm.review.open_person(data, "2026Q3", "ada"))
    >>> quota_rows(course, course.past)["effective"].tolist(), course.person.now["quota"]
    ([30.0, 30.0, 40.0], 100.0)
    """
    found = [_rows(course, period) for period in periods]
    columns = [*_ROW, "share", "effective"]
    some = [rows for rows in found if len(rows)]
    return pd.concat(some, ignore_index=True) if some else pd.DataFrame(columns=columns)


def _rows(course: Course, period: Period) -> pd.DataFrame:
    released = released_quotas(course.person.data, [period], "direct").reset_index(drop=True)
    own = released[released["rep_id"] == course.person.rep_id]
    counted = [place for place in own.index if _counts(released, place, period)]
    rows = own.loc[counted].sort_values(["period_start", "component"], ignore_index=True)
    told = rows.rename(columns={"issued_quota": "quota"}).assign(period=period.label)[_ROW]
    share = _share(course, period)
    return told.assign(share=share, effective=told["quota"] * share)


def _share(course: Course, period: Period) -> float:
    """What is left of the rep's quota of a period as effective quota."""
    lines = course.own[course.own["period"] == period.label]
    issued, effective = (lines[name].sum(min_count=1) for name in ("issued_quota", "quota"))
    if pd.isna(effective):
        return np.nan
    return float(effective / issued) if issued else 1.0


def _counts(released: pd.DataFrame, place: object, period: Period) -> bool:
    """Whether a row is among those that are summed: rows that overlap are alternatives.

    Which rows count is decided by their days and versions alone, so a row counts where a 1 in its
    place, among zeros, is in the sum.
    """
    alone = released.assign(issued_quota=(released.index == place).astype("float64"))
    return bool(fitted(alone, [period])["issued_quota"].sum() > 0)
