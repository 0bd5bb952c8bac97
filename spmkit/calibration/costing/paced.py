"""What was credited by the same share of each past period, and by now in the running one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spmkit.attainment.lines import quota_lines
from spmkit.attainment.progress import credit_progress
from spmkit.attainment.selling import selling_dates
from spmkit.data import DataError, SalesData
from spmkit.intervals import Floats


@dataclass(frozen=True)
class Running:
    """A period that is running: how much of it is over, and what each rep has by now.

    Parameters
    ----------
    period
        Its label.
    elapsed
        The share of its selling days that is over.
    credited
        ``rep_id``, ``quota`` and ``credited`` so far.
    """

    period: str
    elapsed: float
    credited: pd.DataFrame

    def so_far(self, seats: pd.DataFrame) -> Floats:
        """What was credited by now, in the order of some seats; nothing where a rep has none.

        Examples
        --------
        >>> credited = pd.DataFrame({"rep_id": ["ada"], "quota": [9.0], "credited": [4.0]})
        >>> running = Running("2026Q4", 0.5, credited)
        >>> running.so_far(pd.DataFrame({"rep_id": ["bo", "ada"]})).tolist()
        [0.0, 4.0]
        """
        by_rep = self.credited.set_index("rep_id")["credited"]
        return np.asarray(seats["rep_id"].map(by_rep).fillna(0.0), "float64")


def running_period(data: SalesData, period: str) -> Running:
    """Read what a running period has brought so far.

    Raises
    ------
    DataError
        Where the period has not begun, or is over.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": ["ada"],
    ...         "outcome": "won", "closed_on": "2026-07-01", "amount": [90.0]}),
    ...     "quotas": pd.DataFrame({"rep_id": ["ada"], "period_start": "2026-07-01",
    ...         "period_end": "2026-09-30", "quota": [100.0]}),
    ... }, settings={"as_of": "2026-08-14"})
    >>> found = running_period(data, "2026Q3")
    >>> round(found.elapsed, 2), found.credited.values.tolist()
    (0.5, [['ada', 100.0, 90.0]])
    """
    if data.calendar.is_complete(data.calendar.period(period), data.as_of):
        raise DataError(f"{period} is over ({data.as_of}): only a running period is recalibrated.")
    lines = quota_lines(data, period)
    if lines.empty:
        raise DataError(f"Nothing was asked for or sold in {period} yet.")
    people = lines[lines["rep_id"].notna()].astype({"rep_id": "object"})
    sums = people.groupby("rep_id")[["quota", "credited"]].sum(min_count=1).reset_index()
    return Running(period, float(lines["elapsed_share"].iloc[0]), sums)


def paced_lines(data: SalesData, lines: pd.DataFrame, elapsed: float) -> pd.DataFrame:
    """Add what was credited by the same share of each past period's selling days.

    Parameters
    ----------
    data
        An open source.
    lines
        ``period`` and ``rep_id`` of past periods: the lines of one method of a back-test.
    elapsed
        The share of selling days.

    Returns
    -------
    pandas.DataFrame
        The lines with ``credited_by``; 0 where nothing was in by then.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": "won", "closed_on": ["2026-07-01", "2026-09-01"],
    ...         "amount": [60.0, 50.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> past = pd.DataFrame({"period": ["2026Q3"], "rep_id": ["ada"]})
    >>> paced_lines(data, past, 0.5)["credited_by"].tolist()
    [60.0]
    """
    labels = sorted(set(lines["period"]))
    if not labels:
        return lines.assign(credited_by=0.0)
    daily = credit_progress(data, labels)
    until = daily["period"].map({label: _day(data, label, elapsed) for label in labels})
    early = daily[daily["credited_on"] <= until]
    sums = early.groupby(["period", "rep_id"])["credited"].sum()
    keys = pd.MultiIndex.from_frame(lines[["period", "rep_id"]])
    return lines.assign(credited_by=np.nan_to_num(sums.reindex(keys).to_numpy("float64")))


def _day(data: SalesData, label: str, elapsed: float) -> pd.Timestamp:
    """The last day of a share of a period's selling days."""
    period = data.calendar.period(label)
    days = selling_dates(period.start, period.end, data.settings.calendar.get("holidays"))
    return days[max(1, round(elapsed * len(days))) - 1] if len(days) else pd.Timestamp(period.start)
