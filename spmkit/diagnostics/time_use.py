"""Where the logged hours of a team go, by category, and how many of them face a customer."""

from __future__ import annotations

import pandas as pd

from spmkit.data import DataError
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.time_use_lines import NON_SELLING, SPENT_ON, UNKNOWN, time_lines
from spmkit.diagnostics.time_use_people import pooled
from spmkit.expressions import total
from spmkit.redraws import redrawn_ratio
from spmkit.review.frames import NOT_GIVEN
from spmkit.units import Column, Percent, Ratio

EVERYBODY = "all reps"
DIMENSIONS = ("region", "team", "manager")
_SUMS = ("worked_hours", "non_selling_hours", "customer_hours", "activities", "untimed")


def time_dimensions(diagnosis: Diagnosis) -> list[str]:
    """The attributes that tell any two who logged hours apart: region, team, else manager."""
    lines = time_lines(diagnosis)
    apart = [name for name in DIMENSIONS if len(lines[name].dropna().unique()) > 1]
    return [name for name in apart if name != "manager" or apart == ["manager"]]


def grouped_time(diagnosis: Diagnosis, by: str) -> pd.DataFrame:
    """The window's hours by rep within groups, one row a rep and ``group``.

    Where what single people do may not be shown, groups of fewer than three people stand
    together.

    Raises
    ------
    DataError
        Where no activity of the window says how long it took.
    """
    lines = time_lines(diagnosis)
    columns = [*[f"{name}_hours" for name in SPENT_ON], *_SUMS, "touches"]
    nobody = NOT_GIVEN if lines[by].notna().any() else EVERYBODY
    named = lines.assign(group=lines[by].fillna(nobody))
    summed = named.groupby(["group", "rep_id", "rep"], as_index=False)[columns].sum(min_count=1)
    if summed["worked_hours"].isna().all() and summed[f"{UNKNOWN}_hours"].isna().all():
        raise DataError(
            f"unavailable: no activity held in {diagnosis.spoken_window} says how long it took. "
            "Add activities.minutes, or map it in spmkit.toml."
        )
    if diagnosis.data.settings.individual_activity:
        return summed
    return summed.assign(group=pooled(summed["group"], summed["rep_id"]))


def time_by_group(diagnosis: Diagnosis, by: str = "region") -> pd.DataFrame:
    """Share of the logged hours that each category takes, by group.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    by
        ``region``, ``team``, ``manager``; ``rep`` where that may be shown.

    Returns
    -------
    pandas.DataFrame
        One row a group and category of :data:`SPENT_ON`: ``group``, ``category``, ``hours``,
        ``share`` (of all hours with minutes, those of no category too) with ``low`` and ``high``
        (95 %, whole reps drawn anew; null below eight reps), ``start`` and ``end`` (between which
        shares it lies, in order), ``n`` (reps) and ``status``. The group that spends the largest
        share on what is not selling stands first.

    Raises
    ------
    DataError
        Where there are no activities or no durations; by rep, where that is barred.

    Examples
    --------
    >>> diagnosis = spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample"))
    >>> time_by_group(diagnosis)["group"].iloc[0]
    'Southeast'
    """
    refuse_by_rep(diagnosis, by)
    people = grouped_time(diagnosis, by)
    all_hours = people[[f"{name}_hours" for name in SPENT_ON]].sum(axis=1, min_count=1)
    parts = [
        _shares(people.assign(part=people[f"{name}_hours"], whole=all_hours), name)
        for name in SPENT_ON
    ]
    found = pd.concat(parts, ignore_index=True)
    idle = found[found["category"].isin(NON_SELLING)].groupby("group")["share"].sum()
    order = idle.sort_values(ascending=False, kind="stable").index
    found["group"] = pd.Categorical(found["group"], order, ordered=True)
    found = found.sort_values("group", kind="stable", ignore_index=True).astype({"group": "object"})
    end = found.groupby("group", sort=False)["share"].cumsum()
    return found.assign(start=end - found["share"], end=end)


def refuse_by_rep(diagnosis: Diagnosis, by: str) -> None:
    """Refuse time by rep where the source bars it.

    Raises
    ------
    DataError
        Where ``individual_activity`` is false and it is asked for by rep.
    """
    if by == "rep" and not diagnosis.data.settings.individual_activity:
        raise DataError("Time of single people is not shown (individual_activity = false).")


def _shares(people: pd.DataFrame, category: str) -> pd.DataFrame:
    found = redrawn_ratio(people, _share, "rep_id", "group")
    reps = people.dropna(subset=["whole"]).groupby("group")["rep_id"].nunique()
    return pd.DataFrame(
        {
            "group": found["group"],
            "category": category,
            "hours": found["group"].map(people.groupby("group")["part"].sum(min_count=1)),
            "share": found["_share"].astype("float64"),
            "low": found["_share_low"],
            "high": found["_share_high"],
            "n": found["group"].map(reps).fillna(0).astype("int64"),
            "status": found["_share_status"],
        }
    )


def _share(part: Column, whole: Column) -> Percent:
    return Ratio(total(part), total(whole))


def customer_time(diagnosis: Diagnosis, by: str = "region") -> pd.DataFrame:
    """Hours with a customer as a share of the hours logged, and what has no hours, by group.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    by
        As for :func:`time_by_group`.

    Returns
    -------
    pandas.DataFrame
        ``group``; ``hours`` with a customer, ``share`` with ``low`` and ``high``; ``n`` (reps),
        ``status``; ``activities`` held, ``untimed`` (without minutes: counted, in no hours) and
        ``untimed_share``. The lowest share first.

    Raises
    ------
    DataError
        As :func:`time_by_group`.
    """
    refuse_by_rep(diagnosis, by)
    people = grouped_time(diagnosis, by)
    all_hours = people[[f"{name}_hours" for name in SPENT_ON]].sum(axis=1, min_count=1)
    found = _shares(people.assign(part=people["customer_hours"], whole=all_hours), "customer")
    counts = people.groupby("group")[["activities", "untimed"]].sum()
    found = found.drop(columns="category").join(counts, on="group")
    untimed = found["untimed"] / found["activities"].where(found["activities"] > 0)
    return found.assign(untimed_share=untimed).sort_values("share", ignore_index=True)


def time_by_rep(diagnosis: Diagnosis) -> pd.DataFrame:
    """Each rep's hours and what they went to; of single people there is no interval.

    Returns
    -------
    pandas.DataFrame
        ``rep``, ``hours``; a share of them for each of :data:`SPENT_ON`, and ``customer``;
        ``activities`` and ``untimed``. The largest share that is not selling first.

    Raises
    ------
    DataError
        Where that of single people may not be shown, or no durations are known.
    """
    refuse_by_rep(diagnosis, "rep")
    people = grouped_time(diagnosis, "rep")
    hours = people[[f"{name}_hours" for name in SPENT_ON]]
    whole = hours.sum(axis=1, min_count=1)
    over = whole.where(whole > 0)
    shares = {name: people[f"{name}_hours"] / over for name in (*SPENT_ON, "customer")}
    found = people[["rep", "activities", "untimed"]].assign(hours=whole, **shares)
    order = found[list(NON_SELLING)].sum(axis=1, min_count=1)
    return found.loc[order.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)
