"""Who was in which program from when on, and what that can be compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed, required
from spmkit.diagnostics.opening import Diagnosis
from spmkit.metrics.opportunities.lines import first_days
from spmkit.metrics.people.windows import as_days
from spmkit.periods import Period

AROUND = 4  # periods looked at on either side of a start: a year of quarters
_MOST_PERIODS = 12  # what is older says little of people, and costs as much
_STILL_WHOLE = 0.1  # of a period may be over when a program starts that counts from it on
_COLUMNS = ["rep_id", "program", "kind", "starts_on", "ends_on"]


@dataclass(frozen=True)
class Program:
    """A program: its starts, a rep each, and what lies around them.

    Parameters
    ----------
    name, kind
        As the table says.
    starts
        ``rep_id`` to the first day in it.
    first
        ``rep_id`` to the place, among the periods known, of the first whole period in it.
    parted
        The places in ``first`` before which somebody of them began within a period.
    """

    name: str
    kind: str
    starts: pd.Series[Any]
    first: pd.Series[Any]
    parted: frozenset[int]


def exposures(diagnosis: Diagnosis) -> pd.DataFrame:
    """Every row of the table ``programs``, its days typed.

    Raises
    ------
    DataError
        Where the source has no table ``programs``.
    """
    frame = completed(required(diagnosis.data, "programs"), "programs", *_COLUMNS)
    found = to_pandas(frame.select(*_COLUMNS))
    days = {name: as_days(found[name]) for name in _COLUMNS[3:]}
    named = found.dropna(subset=["rep_id", "program"]).assign(**days)
    return named.astype({"rep_id": "object", "program": "object"}).reset_index(drop=True)


def known_periods(diagnosis: Diagnosis) -> list[Period]:
    """The complete periods, seen whole, up to the one asked about: twelve at most."""
    data, now = diagnosis.data, diagnosis.periods.now
    seen = [day for day in first_days(data) if day]
    if not seen:
        return []
    first, grain = min(seen), now.grain
    if first > now.end:
        return []
    found = data.calendar.between(first, now.end, grain)
    whole = [one for one in found if one.start >= first]
    return [one for one in whole if data.calendar.is_complete(one, data.as_of)][-_MOST_PERIODS:]


def programs(diagnosis: Diagnosis) -> list[Program]:
    """Every program with the reps in it, in order of the first start."""
    name = f"programs up to {diagnosis.label}"
    found: list[Program] = diagnosis.data.fact(name, lambda: _programs(diagnosis))
    return found


def _programs(diagnosis: Diagnosis) -> list[Program]:
    rows, periods = exposures(diagnosis), known_periods(diagnosis)
    found = []
    for name, own in rows.groupby("program"):
        starts = own.groupby("rep_id")["starts_on"].min()
        kinds = own["kind"].dropna().unique()
        first = starts.map(lambda day: _first_whole(day, periods))
        parted = _parted(starts, first, periods)
        found.append(Program(str(name), kinds[0] if len(kinds) else "", starts, first, parted))
    return sorted(found, key=lambda one: (one.starts.min(), one.name))


def _first_whole(day: Any, periods: Sequence[Period]) -> float:
    """The place of the first period that lies in the program whole; past the last, none does."""
    return float(next((n for n, one in enumerate(periods) if _whole(one, day)), len(periods)))


def _parted(
    starts: pd.Series[Any], first: pd.Series[Any], periods: Sequence[Period]
) -> frozenset[int]:
    """The waves of whom somebody began within the period before their first whole one."""
    ends = [pd.Timestamp(one.end) for one in periods]
    return frozenset(
        int(place)
        for place, day in zip(first, starts, strict=True)
        if 0 < place <= len(periods) and pd.notna(day) and day <= ends[int(place) - 1]
    )


def _whole(period: Period, day: Any) -> bool:
    length = (period.end - period.start).days + 1
    return bool((day - pd.Timestamp(period.start)).days <= _STILL_WHOLE * length)


def in_another(diagnosis: Diagnosis, program: Program, since: Any, until: Any) -> set[Any]:
    """Who started another program within some days: what it did would be taken for this one's."""
    rows = exposures(diagnosis)
    other = rows[rows["program"] != program.name]
    inside = (other["starts_on"] >= since) & (other["starts_on"] <= until)
    return set(other.loc[inside, "rep_id"])


def window_days(periods: Sequence[Period], places: Sequence[int]) -> tuple[Any, Any]:
    """The first and the last day of some periods."""
    start, end = periods[min(places)].start, periods[max(places)].end
    return pd.Timestamp(start), pd.Timestamp(end)
