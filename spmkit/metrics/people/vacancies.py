"""Days on which a territory had nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.quality import to_pandas
from spmkit.data.tables import required
from spmkit.expressions import total
from spmkit.metrics.people.windows import Day, Window, as_days, window_of
from spmkit.traits import Traits
from spmkit.units import Column, Days, Percent, Ratio

_VACANCIES = Traits("territory_vacancies", "lower")
_SPELL = ["territory_id", "rep_id", "starts_on", "ends_on", "share"]
_FOLLOWING = ["territory_id", "starts_on", "ends_on", "rep_id"]
_DAY = pd.Timedelta(days=1)


def territory_vacancies(
    data: SalesData, start: Day | None = None, end: Day | None = None
) -> pd.DataFrame:
    """One row a territory: its days within a window, and those on which nobody owned it.

    A day is owned once, however many reps share the territory, and by whoever
    holds any share of it: half a territory without an owner is no vacancy. A rep
    who left owns nothing after the last day, though the spell may still run. A
    territory begins with its first spell; it is not known to have ended, so one
    that was dissolved looks vacant ever since: take it out of the lines.

    Parameters
    ----------
    data
        An open source with ``territory_assignments``; a territory that nobody was ever assigned
        to is not in it.
    start, end
        First and last day, both counted; by default the 12 months up to as_of.

    Returns
    -------
    pandas.DataFrame
        ``territory_id``, ``territory_days`` (days of the window since the territory began),
        ``owned_days`` and ``vacant_days``.

    Raises
    ------
    DataError
        Where the source has no territory_assignments.
    ValueError
        Where the window ends before it starts, or after as_of.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada", "bo"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "territory_assignments": pd.DataFrame({"territory_id": "North", "rep_id": ["ada", "bo"],
    ...         "starts_on": ["2026-01-01", "2026-09-21"], "ends_on": ["2026-09-10", None]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> found = territory_vacancies(data, "2026-09-01", "2026-09-30")
    >>> found[["territory_days", "owned_days", "vacant_days"]].values.tolist()
    [[30, 20, 10]]
    """
    window = window_of(data, start, end)
    spells = _owned_spells(data, window)
    began = spells.groupby("territory_id")["starts_on"].min()
    days = window.overlap(began, pd.Series(pd.Timestamp(window.end), index=began.index))
    gaps = _gaps(spells, window).groupby("territory_id")["vacant_days"].sum()
    vacant = gaps.reindex(began.index, fill_value=0)
    found = pd.DataFrame(
        {"territory_days": days, "owned_days": days - vacant, "vacant_days": vacant}
    )
    found = found[found["territory_days"] > 0].astype("int64")
    return found.rename_axis("territory_id").reset_index()


def vacancy_spells(
    data: SalesData, start: Day | None = None, end: Day | None = None
) -> pd.DataFrame:
    """One row a vacancy within a window: from when to when, and after whom.

    Counts days as :func:`territory_vacancies` does.

    Parameters
    ----------
    data, start, end
        As for :func:`territory_vacancies`.

    Returns
    -------
    pandas.DataFrame
        ``territory_id``, ``vacant_from``, ``vacant_to`` (both cut to the window), ``vacant_days``,
        ``after_rep_id`` (who owned it last) and ``filled`` (whether somebody followed by the end
        of the window).

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "territory_assignments": pd.DataFrame({"territory_id": ["North"], "rep_id": ["ada"],
    ...         "starts_on": ["2026-01-01"], "ends_on": ["2026-09-25"]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> found = vacancy_spells(data, "2026-09-01", "2026-09-30")
    >>> found[["after_rep_id", "vacant_days", "filled"]].values.tolist()
    [['ada', 5, False]]
    """
    window = window_of(data, start, end)
    return _gaps(_owned_spells(data, window), window)


def vacant_territory_days(vacant_days: Column) -> Annotated[Days, _VACANCIES]:
    """Days on which a territory had no owner, summed over territories.

    It grows with the number of territories and the length of the window: compare
    :func:`vacancy_rate` instead.

    Parameters
    ----------
    vacant_days
        Days of the window on which nobody owned the territory.

    Returns
    -------
    Days
        0 where every territory had an owner throughout; null where there is no territory.

    Examples
    --------
    >>> lines = pd.DataFrame({"vacant_days": [10, 0, 26]})
    >>> spm.measure(lines, spm.vacant_territory_days)["vacant_territory_days"].tolist()
    [36.0]

    References
    ----------
    Catalogue H8; common usage of the field.
    """
    return total(vacant_days)


def vacancy_rate(vacant_days: Column, territory_days: Column) -> Annotated[Percent, _VACANCIES]:
    """Vacant days as a share of all days of the territories.

    Every territory weighs the same, whatever it could sell. One that was dissolved
    and not taken out of the lines looks vacant ever since.

    Parameters
    ----------
    vacant_days
        Days of the window on which nobody owned the territory.
    territory_days
        Days of the window on which the territory was there.

    Returns
    -------
    Percent
        Null where there is no territory.

    Examples
    --------
    >>> lines = pd.DataFrame({"vacant_days": [10, 0], "territory_days": [30, 20]})
    >>> spm.measure(lines, spm.vacancy_rate)["vacancy_rate"].tolist()
    [0.2]

    References
    ----------
    Catalogue H8 (share); common usage of the field.
    """
    return Ratio(total(vacant_days), total(territory_days))


def _owned_spells(data: SalesData, window: Window) -> pd.DataFrame:
    """The spells in which somebody held a territory, until the window's end at the latest."""
    frame = required(data, "territory_assignments")
    there = [name for name in _SPELL if name in frame.collect_schema().names()]
    spells = to_pandas(frame.select(*there)).reindex(columns=_SPELL)
    last = as_days(spells["rep_id"].map(_last_days(data)))
    final: Any = pd.Timestamp(window.end)
    ends = as_days(spells["ends_on"]).fillna(final)
    ends = ends.where(last.isna() | (ends <= last), last).clip(upper=final)
    spells = spells.assign(starts_on=as_days(spells["starts_on"]), ends_on=ends)
    held = spells["share"].astype("float64").fillna(1.0) > 0
    kept = spells[held & (spells["ends_on"] >= spells["starts_on"])]
    return kept.astype({"territory_id": "object", "rep_id": "object"})


def _last_days(data: SalesData) -> Mapping[str, Any]:
    reps = nw.from_native(data.reps).lazy()
    if "left_on" not in reps.collect_schema().names():
        return {}
    found = to_pandas(reps.select("rep_id", "left_on"))
    return dict(zip(found["rep_id"], as_days(found["left_on"]), strict=True))


def _gaps(spells: pd.DataFrame, window: Window) -> pd.DataFrame:
    """The days between the end of all spells so far and the next spell, or the window's end."""
    ordered = spells.sort_values(_FOLLOWING, ignore_index=True)
    by_territory = ordered.groupby("territory_id")
    covered = by_territory["ends_on"].cummax()
    latest = ordered["rep_id"].where(ordered["ends_on"] == covered)
    following = by_territory["starts_on"].shift(-1)
    until = following.fillna(pd.Timestamp(window.end) + _DAY) - _DAY
    first: Any = pd.Timestamp(window.start)
    last: Any = pd.Timestamp(window.end)
    gaps = pd.DataFrame(
        {
            "territory_id": ordered["territory_id"],
            "vacant_from": (covered + _DAY).clip(lower=first),
            "vacant_to": until.clip(upper=last),
            "after_rep_id": latest.groupby(ordered["territory_id"]).ffill(),
            "filled": following.notna(),
        }
    )
    gaps = gaps[gaps["vacant_to"] >= gaps["vacant_from"]]
    days = (gaps["vacant_to"] - gaps["vacant_from"]).dt.days + 1
    return gaps.assign(vacant_days=days.astype("int64")).reset_index(drop=True)
