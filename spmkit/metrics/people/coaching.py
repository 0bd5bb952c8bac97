"""How many reps are coached."""

from __future__ import annotations

from typing import Annotated, Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.quality import to_pandas
from spmkit.expressions import count, present
from spmkit.metrics.people.tenure import HIRED_LATER, LEFT_FIRST, rep_tenure
from spmkit.metrics.people.windows import Day, Window, as_days, window_of
from spmkit.traits import Traits
from spmkit.units import Column, Percent, Share

_COUNTED = ["rep_id", "sessions", "last_session_on"]


def coaching_lines(
    data: SalesData,
    start: Day | None = None,
    end: Day | None = None,
    *,
    types: tuple[str, ...] = ("coaching",),
) -> pd.DataFrame:
    """One row a rep who was there on the window's last day, with the coaching sessions in it.

    A session is a held activity of the rep whose ``type`` says coaching, or a
    row of ``programs`` of kind coaching that shares a day with the window: a
    program is one session, however many meetings it had. Where both tables
    record the same meetings they count twice: give ``types=()``.

    Parameters
    ----------
    data
        An open source with ``programs`` or ``activities``.
    start, end
        First and last day, both counted; by default the 12 months up to as_of.
    types
        The types of activity that are coaching sessions, in the words of the source.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`rep_tenure`, ``coaching_activities``, ``coaching_programs``,
        ``sessions`` (their sum) and ``last_session_on``. A rep without ``hired_on`` counts as
        there.

    Raises
    ------
    DataError
        Where the source records no coaching at all: that is unknown, not 0.
    ValueError
        Where the window ends before it starts, or after as_of.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada", "bo"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "programs": pd.DataFrame({"rep_id": ["ada"], "program": "Discovery",
    ...         "kind": "coaching", "starts_on": ["2026-08-01"], "ends_on": ["2026-08-31"]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> coaching_lines(data)[["rep_id", "sessions"]].values.tolist()
    [['ada', 1], ['bo', 0]]
    """
    window = window_of(data, start, end)
    held, attended = _activities(data, window, types), _programs(data, window)
    if held.empty and attended.empty:
        raise DataError(
            "unavailable: needs coaching, as rows of programs with kind coaching or as activities "
            f"of type {', '.join(types) or 'coaching'}; the source has neither."
        )
    people = _there(rep_tenure(data), window)
    names = ("coaching_activities", "coaching_programs")
    for name, counted in zip(names, (held, attended), strict=True):
        known = counted.set_index("rep_id")["sessions"].astype("int64")
        people[name] = people["rep_id"].map(known).fillna(0).astype("int64")
    both = pd.concat([held, attended])
    latest = as_days(both["last_session_on"]).groupby(both["rep_id"].to_numpy()).max()
    return people.assign(
        sessions=people[list(names)].sum(axis=1), last_session_on=people["rep_id"].map(latest)
    )


def coaching_coverage(
    sessions: Column, *, at_least: int = 1
) -> Annotated[Percent, Traits("coaching_lines", "higher", "leading")]:
    """Reps with at least so many coaching sessions in a window as a share of the reps.

    It counts that sessions took place, not that they helped. A longer window
    covers more reps: compare windows of one length.

    Parameters
    ----------
    sessions
        Coaching sessions of the rep within the window.
    at_least
        From how many sessions a rep counts as coached.

    Returns
    -------
    Percent
        With its Wilson interval; null where there is no rep.

    Examples
    --------
    >>> import functools
    >>> lines = pd.DataFrame({"sessions": [0, 1, 3, 2]})
    >>> twice = functools.partial(spm.coaching_coverage, at_least=2)
    >>> spm.measure(lines, [spm.coaching_coverage, twice]).filter(regex="coverage(_2)?$")
       coaching_coverage  coaching_coverage_2
    0               0.75                  0.5

    References
    ----------
    Catalogue H10; common usage of the field.
    """
    return Share(sessions >= at_least, present(sessions))


def _there(people: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Those employed on the window's last day; not knowing the first day is no absence."""
    day = pd.Timestamp(window.end)
    out = people["tenure_status"].isin([LEFT_FIRST, HIRED_LATER])
    hired = people["hired_on"].isna() | (people["hired_on"] <= day)
    stayed = people["left_on"].isna() | (people["left_on"] >= day)
    return people[~out & hired & stayed].reset_index(drop=True)


def _activities(data: SalesData, window: Window, types: tuple[str, ...]) -> pd.DataFrame:
    """Coaching activities of each rep, of the window and ever."""
    if "activities" not in data or not types:
        return pd.DataFrame(columns=_COUNTED)
    frame = nw.from_native(data.activities).lazy()
    columns = frame.collect_schema().names()
    if "type" not in columns:
        return pd.DataFrame(columns=_COUNTED)
    coached = frame.filter(nw.col("type").str.to_lowercase().is_in([t.lower() for t in types]))
    if "status" in columns:  # nothing else is known of a meeting without a status
        coached = coached.filter(nw.col("status").fill_null("held") == "held")
    day = nw.col("started_at").cast(nw.Date)
    return _counted(coached, day, day, window)


def _programs(data: SalesData, window: Window) -> pd.DataFrame:
    if "programs" not in data:
        return pd.DataFrame(columns=_COUNTED)
    frame = nw.from_native(data.programs).lazy()
    columns = frame.collect_schema().names()
    if "kind" not in columns:
        return pd.DataFrame(columns=_COUNTED)
    first = nw.col("starts_on").cast(nw.Date)
    last = nw.lit(window.end)
    if "ends_on" in columns:
        last = nw.coalesce(nw.col("ends_on").cast(nw.Date), last)
    return _counted(frame.filter(nw.col("kind") == "coaching"), first, last, window)


def _counted(frame: Any, first: nw.Expr, last: nw.Expr, window: Window) -> pd.DataFrame:
    spells = frame.select("rep_id", _first=first, _last=last)
    start, end = nw.col("_first"), nw.col("_last")
    inside = (start <= nw.lit(window.end)) & (end >= nw.lit(window.start)) & (end >= start)
    until = nw.when(end > nw.lit(window.end)).then(nw.lit(window.end)).otherwise(end)
    latest = nw.when(inside).then(until)
    marked = spells.with_columns(inside.alias("_inside"), latest.alias("_latest"))
    grouped = marked.group_by("rep_id").agg(
        count(nw.col("_inside")).alias("sessions"),
        nw.col("_latest").max().alias("last_session_on"),
    )
    found = to_pandas(grouped).astype({"rep_id": "object"})
    return found[found["rep_id"].notna()].reset_index(drop=True)
