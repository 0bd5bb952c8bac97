"""The quota lines that count: the right version, of the right length, in one currency."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.currency import in_one_currency
from spmkit.data.quality import to_pandas
from spmkit.periods import Period

_TEXTS = ("rep_id", "territory_id", "level", "kind", "component")
_OWN = ["rep_id", "territory_id", "component"]


def issued_quotas(
    data: SalesData, periods: Sequence[Period], kind: str = "direct", level: str = "rep"
) -> pd.DataFrame:
    """Quotas as issued, one row an owner, period and component.

    Of several versions the highest counts that was released on or before the
    data's ``as_of``. Lines of different lengths are never added: those as long
    as the period count, else the longest that fit into it, summed.

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
        ``period_start``, ``period_end``, ``issued_quota``.

    Raises
    ------
    DataError
        Where every line is longer than the periods asked for.
    """
    if "quotas" not in data:
        return _no_quotas()
    frame = in_one_currency(data, nw.from_native(data.quotas).lazy(), "period_start", ["quota"])
    lines = _complete(to_pandas(frame), data)
    lines = lines[(lines["level"] == level) & (lines["kind"] == kind)]
    lines = _current(lines, data)
    fitting = _in_periods(lines, periods)
    if fitting.empty and len(lines):
        _refuse_longer(lines, periods)
    return _longest(fitting)


def _no_quotas() -> pd.DataFrame:
    texts = {name: pd.Series(dtype="object") for name in (*_OWN, "period")}
    days = {name: pd.Series(dtype="datetime64[s]") for name in ("period_start", "period_end")}
    return pd.DataFrame(texts | days | {"issued_quota": pd.Series(dtype="float64")})


def _complete(lines: pd.DataFrame, data: SalesData) -> pd.DataFrame:
    """Add what a quota line leaves out: it is a direct one of a rep, of the length of its kind."""
    lines = lines.reindex(
        columns=[*_TEXTS, "period_start", "period_end", "quota", "version", "released_on"]
    )
    lines[list(_TEXTS)] = lines[list(_TEXTS)].astype("object")
    lines["level"] = lines["level"].fillna("rep")
    lines["kind"] = lines["kind"].fillna("direct")
    for name in ("period_start", "period_end", "released_on"):
        lines[name] = pd.to_datetime(lines[name]).astype("datetime64[s]")
    if lines["period_end"].isna().any():
        ends = _ends(lines.loc[lines["period_end"].isna(), "period_start"], data)
        lines["period_end"] = lines["period_end"].fillna(ends)
    return lines.rename(columns={"quota": "issued_quota"})


def _ends(starts: pd.Series[pd.Timestamp], data: SalesData) -> pd.Series[pd.Timestamp]:
    """Without a period_end a line lasts as the starts are apart: a month, a quarter or a year."""
    days = sorted(set(starts.dt.date))
    apart = min((b - a).days for a, b in pairwise(days)) if len(days) > 1 else 0
    if not apart:
        raise DataError("quotas has one period_start and no period_end: give period_end.")
    grain = "month" if apart <= 45 else "quarter" if apart <= 120 else "year"
    if data.calendar.starts:
        grain = "quarter"
    ends = {day: data.calendar.containing(day, grain).end for day in days}
    return pd.to_datetime(starts.dt.date.map(ends)).astype("datetime64[s]")


def _current(lines: pd.DataFrame, data: SalesData) -> pd.DataFrame:
    released = lines["released_on"].isna() | (lines["released_on"] <= pd.Timestamp(data.as_of))
    lines = lines[released].assign(version=lines["version"].fillna(0))
    key = [*_OWN, "period_start", "period_end"]
    return lines.sort_values("version").drop_duplicates(key, keep="last")


def _in_periods(lines: pd.DataFrame, periods: Sequence[Period]) -> pd.DataFrame:
    starts = pd.to_datetime([p.start for p in periods]).to_numpy().astype("datetime64[s]")
    ends = pd.to_datetime([p.end for p in periods]).to_numpy().astype("datetime64[s]")
    position = np.searchsorted(starts, lines["period_start"].to_numpy(), side="right") - 1
    inside = position >= 0
    inside[inside] &= lines["period_end"].to_numpy()[inside] <= ends[position[inside]]
    found, at = lines[inside], position[inside]
    labels = np.array([p.label for p in periods], dtype="object")
    days = (found["period_end"] - found["period_start"]).dt.days + 1
    return found.assign(
        period=labels[at], length=_length(days), period_start=starts[at], period_end=ends[at]
    )


def _length(days: pd.Series[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.digitize(days, [46, 121])  # months, quarters, years


def _longest(lines: pd.DataFrame) -> pd.DataFrame:
    if lines.empty:
        return _no_quotas()
    own = [*_OWN, "period", "period_start", "period_end"]
    longest = lines.groupby(own, dropna=False)["length"].transform("max")
    kept = lines[lines["length"] == longest]
    return kept.groupby(own, dropna=False)["issued_quota"].sum(min_count=1).reset_index()


def _refuse_longer(lines: pd.DataFrame, periods: Sequence[Period]) -> None:
    first, last = pd.Timestamp(periods[0].start), pd.Timestamp(periods[-1].end)
    around = lines[(lines["period_start"] <= first) & (lines["period_end"] >= last)]
    if len(around):
        line = around.iloc[0]
        raise DataError(
            f"The quotas run from {line.period_start:%Y-%m-%d} to {line.period_end:%Y-%m-%d}: "
            f"longer than {periods[0].label}. Ask for the period that they cover, or give "
            "quotas of its length."
        )
