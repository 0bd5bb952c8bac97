"""Who was there in a window, and who left in it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from spmkit.data import SalesData
from spmkit.metrics.people.tenure import LEAVE_KINDS, OK, rep_tenure
from spmkit.metrics.people.windows import Day, window_of


def attrition_lines(
    data: SalesData,
    start: Day | None = None,
    end: Day | None = None,
    *,
    kinds: Mapping[str, str] = LEAVE_KINDS,
) -> pd.DataFrame:
    """One row a rep who was employed on any day of a window, and whether the rep left in it.

    A rep without ``hired_on``, or who left before being hired, is in no line:
    neither among the leavers nor in the headcount (:func:`rep_tenure` names
    them). An export of today's staff alone has no leavers: then every rate here
    is a wrong 0.

    Parameters
    ----------
    data
        An open source.
    start, end
        First and last day, both counted; by default the 12 months up to as_of.
    kinds
        As for :func:`rep_tenure`.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`rep_tenure`, ``employed_days`` (of the window), ``headcount`` (their
        share of the window's days: the sum over reps is the average headcount), ``employed_years``
        and the flags ``leaver``, ``left_voluntarily``, ``left_involuntarily``, ``transferred`` and
        ``left_unexplained``, of which each leaver has exactly one of the last four.

    Raises
    ------
    ValueError
        Where the window ends before it starts, or after as_of.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada", "bo"], "hired_on": "2020-01-01",
    ...         "left_on": [None, "2026-06-30"], "leave_reason": [None, "performance"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> lines = attrition_lines(data, "2026-06-01", "2026-07-30")
    >>> lines[["rep_id", "headcount", "leaver", "left_involuntarily"]].values.tolist()
    [['ada', 1.0, False, False], ['bo', 0.5, True, True]]
    """
    window = window_of(data, start, end)
    people = rep_tenure(data, kinds=kinds)
    people = people[people["tenure_status"] == OK]
    last_day = pd.Timestamp(window.end)
    days = window.overlap(people["hired_on"], people["left_on"].fillna(last_day))
    there = people.assign(employed_days=days)[days > 0]
    share = there["employed_days"] / window.days
    leaver = there["left_on"] <= last_day
    kind = there["leave_kind"]
    lines = there.assign(
        headcount=share,
        employed_years=share * window.years,
        leaver=leaver,
        left_voluntarily=leaver & (kind == "voluntary"),
        left_involuntarily=leaver & (kind == "involuntary"),
        transferred=leaver & (kind == "transfer"),
        left_unexplained=leaver & kind.isna(),
    )
    return lines.reset_index(drop=True)
