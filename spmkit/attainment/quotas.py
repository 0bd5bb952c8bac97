"""The quota lines that count: the right version, of the right length, in one currency."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median_low
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.currency import in_one_currency
from spmkit.data.identity import AS_WRITTEN
from spmkit.data.quality import to_pandas
from spmkit.data.tables import Lazy, completed
from spmkit.periods import Grain, Period

_TEXTS = ("rep_id", "territory_id", "level", "kind", "component")
_DAYS = ("period_start", "period_end", "released_on")
_OWN = ["rep_id", "territory_id", "component"]
_PERIOD = ["period", "period_start", "period_end"]
_WRITTEN = "rep_id" + AS_WRITTEN
_LONGER_THAN = (46, 121)  # days: a month, a quarter, a year


def issued_quotas(
    data: SalesData, periods: Sequence[Period], kind: str = "direct", level: str = "rep"
) -> pd.DataFrame:
    """Quotas as issued, one row an owner, period and component.

    Of several versions the highest counts that was released on or before the
    data's ``as_of``. Lines that overlap are alternatives and never added: of a
    year and its quarters the year counts where a year is asked for, the quarters
    where a quarter is. Lines that follow each other within a period are summed.

    Parameters
    ----------
    data
        An open source; without quotas the result has no rows.
    periods
        The periods asked for, in order and without overlap.
    kind
        "direct" or "overlay".
    level
        "rep", "team" or "company".

    Returns
    -------
    pandas.DataFrame
        ``rep_id`` (null: a vacant seat), ``territory_id``, ``component``, ``period``,
        ``period_start``, ``period_end``, ``issued_quota`` in the reporting currency. Owners
        whose lines are all longer than a period have no row in it.

    Raises
    ------
    DataError
        Where currencies are mixed and no rate is given, or a line's end cannot be told.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "quotas": pd.DataFrame({"rep_id": "ada", "quota": [30.0, 30.0, 40.0],
    ...         "period_start": ["2026-07-01", "2026-08-01", "2026-09-01"],
    ...         "period_end": ["2026-07-31", "2026-08-31", "2026-09-30"]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> issued_quotas(data, [data.calendar.period("2026Q3")])["issued_quota"].tolist()
    [100.0]
    """
    return fitted(released_quotas(data, periods, kind, level), periods)


def released_quotas(
    data: SalesData, periods: Sequence[Period], kind: str, level: str = "rep"
) -> pd.DataFrame:
    """The lines of a kind and level that touch some periods, in their current versions."""
    if "quotas" not in data:
        return _current(_empty(), data)
    touching = _touching(nw.from_native(data.quotas).lazy(), periods)
    frame = in_one_currency(data, touching, "period_start", ["quota"])
    lines = _complete(to_pandas(frame), data)
    return _current(lines[(lines["level"] == level) & (lines["kind"] == kind)], data)


def _touching(quotas: Lazy, periods: Sequence[Period]) -> Lazy:
    """Leave the lines that end before or start after in their engine; without an end they stay."""
    first = nw.lit(min(period.start for period in periods)).cast(nw.Date)
    last = nw.lit(max(period.end for period in periods)).cast(nw.Date)
    lines = completed(quotas, "quotas", "period_end")
    start, end = (nw.col(name).cast(nw.Date) for name in ("period_start", "period_end"))
    return lines.filter(end.is_null() | ((start <= last) & (end >= first)))


def fitted(lines: pd.DataFrame, periods: Sequence[Period]) -> pd.DataFrame:
    """Sum current quota lines to the periods in which they lie.

    A period of which nobody's lines cover some days has no quota: a month's
    quota is not held against a quarter's sales.
    """
    within = _in_periods(lines, periods)
    covered = covered_days(within)
    whole = [p.label for p in periods if covered.get(p.label, 0) == p.days]
    kept = _without_overlaps(within[within["period"].isin(whole)])
    summed = kept.groupby([*_OWN, *_PERIOD], dropna=False)["issued_quota"].sum(min_count=1)
    return summed.reset_index().astype(dict.fromkeys(_OWN, "object"))


def covered_days(within: pd.DataFrame) -> dict[str, int]:
    """Count the days of each period that anybody's quota lines cover."""
    spans = within[["period", "first", "last"]].drop_duplicates()
    days = [
        (label, day)
        for label, first, last in spans.itertuples(index=False)
        for day in range(first.toordinal(), last.toordinal() + 1)
    ]
    found = pd.DataFrame(days, columns=["period", "day"]).drop_duplicates()
    return {str(label): int(count) for label, count in found["period"].value_counts().items()}


def refuse_partial(lines: pd.DataFrame, period: Period) -> None:
    """Refuse a period of which the quotas given cover only some days.

    Raises
    ------
    DataError
        With the days, and what to do.
    """
    covered = covered_days(_in_periods(lines, [period])).get(period.label, 0)
    if 0 < covered < period.days:
        raise DataError(
            f"The quotas cover only {covered} of the {period.days} days of {period.label} "
            f"({period.start} to {period.end}), so no attainment can be given for it. Ask for a "
            "period that they cover, such as a month, or give the rest."
        )


def refuse_other_lengths(lines: pd.DataFrame, periods: Sequence[Period]) -> None:
    """Refuse a period for which there are quotas, but none that lies within it.

    Parameters
    ----------
    lines
        Current quota lines, as :func:`released_quotas` gives them.
    periods
        The periods asked for.

    Raises
    ------
    DataError
        With the dates of such a line, and what to do.
    """
    for period in periods:
        first, last = pd.Timestamp(period.start), pd.Timestamp(period.end)
        touching = lines[(lines["period_start"] <= last) & (lines["period_end"] >= first)]
        inside = (touching["period_start"] >= first) & (touching["period_end"] <= last)
        if len(touching) and not inside.any():
            raise DataError(_unfitting(touching.iloc[0], period))


def _unfitting(line: pd.Series[Any], period: Period) -> str:
    dates = f"{line['period_start']:%Y-%m-%d} to {line['period_end']:%Y-%m-%d}"
    longer = line["period_start"].date() <= period.start and line["period_end"].date() >= period.end
    remedy = "Ask for the period that they cover, or give quotas of its length."
    if longer:
        return f"The quotas run from {dates}: longer than {period.label}. {remedy}"
    return (
        f"The quotas run from {dates}: they lie across {period.label} ({period.start} to "
        f"{period.end}). Set year_starts under [calendar] to your fiscal year, or write "
        'periods = "quotas" there; period_end is the last day of the period.'
    )


def _empty() -> pd.DataFrame:
    """No quota lines, with the types of some."""
    texts = {name: pd.Series(dtype="object") for name in (*_TEXTS, _WRITTEN)}
    days = {name: pd.Series(dtype="datetime64[s]") for name in _DAYS}
    numbers = {name: pd.Series(dtype="float64") for name in ("issued_quota", "version")}
    return pd.DataFrame(texts | days | numbers)


def _complete(lines: pd.DataFrame, data: SalesData) -> pd.DataFrame:
    """Add what a quota line leaves out: it is a direct one of a rep, of the length of its kind."""
    lines = lines.reindex(columns=[*_TEXTS, _WRITTEN, *_DAYS, "quota", "version"])
    lines[[*_TEXTS, _WRITTEN]] = lines[[*_TEXTS, _WRITTEN]].astype("object")
    lines["level"] = lines["level"].fillna("rep")
    lines["kind"] = lines["kind"].fillna("direct")
    for name in _DAYS:
        lines[name] = pd.to_datetime(lines[name]).astype("datetime64[s]")
    if lines["period_end"].isna().any():
        ends = _ends(lines.loc[lines["period_end"].isna(), "period_start"], data)
        lines["period_end"] = lines["period_end"].fillna(ends)
    return lines.rename(columns={"quota": "issued_quota"})


def _ends(starts: pd.Series[pd.Timestamp], data: SalesData) -> pd.Series[pd.Timestamp]:
    """Without a period_end a line lasts as the starts are apart: a month, a quarter or a year."""
    days = sorted(set(starts.dt.date))
    if len(days) < 2 and not data.calendar.starts:
        raise DataError("quotas has one period_start and no period_end: give period_end.")
    grain: Grain = "quarter"
    if not data.calendar.starts:
        apart = median_low((after - day).days for day, after in pairwise(days))
        grain = "month" if apart <= 45 else "quarter" if apart <= 120 else "year"
    ends = {day: data.calendar.containing(day, grain).end for day in days}
    return pd.to_datetime(starts.dt.date.map(ends)).astype("datetime64[s]")


def _current(lines: pd.DataFrame, data: SalesData) -> pd.DataFrame:
    released = lines["released_on"].isna() | (lines["released_on"] <= pd.Timestamp(data.as_of))
    lines = lines[released].assign(version=lines["version"].fillna(0))
    key = [*_OWN, _WRITTEN, "period_start", "period_end"]
    ordered = lines.sort_values(["version", "released_on", "issued_quota"], na_position="first")
    return ordered.drop_duplicates(key, keep="last")


def _in_periods(lines: pd.DataFrame, periods: Sequence[Period]) -> pd.DataFrame:
    """Keep the lines that lie within one of the periods, and name it."""
    starts = pd.to_datetime([p.start for p in periods]).to_numpy().astype("datetime64[s]")
    ends = pd.to_datetime([p.end for p in periods]).to_numpy().astype("datetime64[s]")
    position = np.searchsorted(starts, lines["period_start"].to_numpy(), side="right") - 1
    inside = position >= 0
    inside[inside] &= lines["period_end"].to_numpy()[inside] <= ends[position[inside]]
    found, at = lines[inside], position[inside]
    labels = np.array([p.label for p in periods], dtype="object")
    return found.rename(columns={"period_start": "first", "period_end": "last"}).assign(
        period=labels[at], period_start=starts[at], period_end=ends[at]
    )


def _without_overlaps(lines: pd.DataFrame) -> pd.DataFrame:
    """Of lines of one owner that overlap keep the longest, of equal ones the highest version."""
    key = [*_OWN, _WRITTEN, "period"]
    ordered = lines.sort_values("first").reset_index(drop=True)
    end = ordered.groupby(key, dropna=False)["last"]
    before = end.cummax().groupby([ordered[name] for name in key], dropna=False).shift()
    doubtful = (ordered["first"] <= before).groupby([ordered[n] for n in key], dropna=False)
    overlapping = doubtful.transform("any")
    if not overlapping.any():
        return ordered
    chosen = [
        _chosen(group) for _, group in ordered[overlapping].groupby(key, dropna=False, sort=False)
    ]
    return pd.concat([ordered[~overlapping], *chosen])


def _chosen(lines: pd.DataFrame) -> pd.DataFrame:
    days = (lines["last"] - lines["first"]).dt.days + 1
    ranked = lines.assign(_length=np.digitize(days, _LONGER_THAN), _days=days).sort_values(
        ["_length", "version", "_days"], ascending=False, kind="stable"
    )
    kept: list[tuple[pd.Timestamp, pd.Timestamp]] = []
    places = []
    for place, first, last in zip(ranked.index, ranked["first"], ranked["last"], strict=True):
        if all(last < other[0] or first > other[1] for other in kept):
            kept.append((first, last))
            places.append(place)
    return lines.loc[places]
