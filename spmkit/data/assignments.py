"""Under whom, and where, a rep worked on which day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.errors import nearest
from spmkit.data.frames import like
from spmkit.data.identity import NOT_IN_REPS
from spmkit.data.quality import to_pandas
from spmkit.data.sources import SalesData

ATTRIBUTES = ["manager_id", "manager", "team", "region", "role", "segment", "fte"]
_NAMED = ("rep", "manager_id", "manager", "team", "region", "role", "segment")
_EVER = (pd.Timestamp("1900-01-01"), pd.Timestamp("2262-01-01"))


def assignment_spells(data: SalesData) -> pd.DataFrame:
    """One row a rep and assignment, without gaps: a spell lasts until the next one starts.

    What ``rep_assignments`` does not say (a role, say) comes from ``reps``. The
    first spell reaches back, so that every day has exactly one.

    Parameters
    ----------
    data
        An open source.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``rep`` (the name), ``hired_on``, ``starts_on``, ``ends_on``, and the
        attributes
        ``manager_id``, ``manager``, ``team``, ``region``, ``role``, ``segment``, ``fte``.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"], "region": ["North"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> assignment_spells(data)[["rep_id", "region"]].values.tolist()
    [['ada', 'North']]
    """
    spells: pd.DataFrame = data.fact("assignment spells", lambda: _all_spells(data))
    return spells.copy()


def _all_spells(data: SalesData) -> pd.DataFrame:
    reps = to_pandas(nw.from_native(data.reps).lazy())
    spells = _bounded(_spells(data, reps))
    names = dict(zip(reps["rep_id"], reps.get("name", reps["rep_id"]), strict=True))
    return spells.assign(
        manager=_named(spells["manager_id"], names), rep=_named(spells["rep_id"], names)
    )


def with_rep_attributes(
    frame: Any, data: SalesData, day: nw.Expr | date, wanted: Sequence[str] | None = None
) -> Any:
    """Join what is known of each row's ``rep_id`` on a day.

    Parameters
    ----------
    frame
        Lazy rows with a ``rep_id``.
    data
        An open source.
    day
        The day of each row on which the attributes hold, or one day for all.
    wanted
        Of ``rep``, ``manager_id``, ``manager``, ``team``, ``region``, ``role`` and ``segment``
        those to join; None joins all. A name that the frame has itself gets ``rep_`` before it.

    Raises
    ------
    ValueError
        Where an attribute is not known.
    """
    own = frame.collect_schema().names()
    named = {f"rep_{name}" if name in own else name: name for name in _NAMED}
    for name in wanted or ():
        if name not in named:
            raise ValueError(f"reps have no attribute {name!r}.{nearest(name, named)}")
    kept = {new: old for new, old in named.items() if wanted is None or new in wanted}
    if not kept:
        return frame
    if isinstance(day, date):
        return frame.join(_held_on(day, frame, data, kept), on="rep_id", how="left")
    joined = frame.join(_held(frame, data, kept), on="rep_id", how="left")
    inside = (day >= nw.col("_from")) & (day <= nw.col("_to"))
    return joined.filter(nw.col("_from").is_null() | inside).drop("_from", "_to")


def _held_on(day: date, frame: Any, data: SalesData, kept: Mapping[str, str]) -> Any:
    """The attributes of one day: one row a rep, and said to be one, so no dates need a join."""
    spells = assignment_spells(data)
    then = pd.Timestamp(day)
    held = spells[(spells["starts_on"] <= then) & (spells["ends_on"] >= then)]
    moved = like(_texts(held, kept), frame, data.connection)
    return moved.group_by("rep_id").agg(*[nw.col(name).max() for name in kept])


def _held(frame: Any, data: SalesData, kept: Mapping[str, str]) -> Any:
    """The attributes with the days between which they hold."""
    spells = assignment_spells(data)
    days = {"_from": spells["starts_on"].dt.date, "_to": spells["ends_on"].dt.date}
    moved = like(_texts(spells, kept).assign(**days), frame, data.connection)
    return moved.with_columns(*[nw.col(name).cast(nw.Date) for name in days])


def _texts(spells: pd.DataFrame, kept: Mapping[str, str]) -> pd.DataFrame:
    named = {new: spells[old].astype("string") for new, old in kept.items()}
    return pd.DataFrame({"rep_id": spells["rep_id"].astype("string"), **named})


def _named(ids: pd.Series[Any], names: Mapping[str, Any]) -> pd.Series[Any]:
    """Write the name of each id, the id itself where the name is not known."""
    found = ids.astype("object").map(names)
    return found.astype("object").where(found.notna(), ids.astype("object"))


def _spells(data: SalesData, reps: pd.DataFrame) -> pd.DataFrame:
    own = reps.reindex(columns=["rep_id", "hired_on", *(a for a in ATTRIBUTES if a != "manager")])
    if "rep_assignments" not in data:
        return own.assign(starts_on=_EVER[0])
    given = to_pandas(nw.from_native(data.rep_assignments).lazy())
    given = given[given["rep_id"] != NOT_IN_REPS]
    stated = [name for name in ATTRIBUTES if name in given]
    merged = given.merge(own.drop(columns=stated), on="rep_id", how="left")
    rest = own[~own["rep_id"].isin(given["rep_id"])].assign(starts_on=_EVER[0])
    return pd.concat([merged, rest]) if len(rest) else merged


def _bounded(spells: pd.DataFrame) -> pd.DataFrame:
    spells = spells.assign(starts_on=pd.to_datetime(spells["starts_on"]).astype("datetime64[s]"))
    spells = spells.sort_values(["rep_id", "starts_on"]).reset_index(drop=True)
    following = spells.groupby("rep_id")["starts_on"].shift(-1)
    first = ~spells.duplicated("rep_id")
    return spells.assign(
        starts_on=spells["starts_on"].where(~first, _EVER[0]),
        ends_on=(following - pd.Timedelta(days=1)).fillna(_EVER[1]),
        hired_on=pd.to_datetime(spells["hired_on"]).astype("datetime64[s]"),
    )


def dimensions(lines: pd.DataFrame) -> Sequence[str]:
    """The attributes that tell any two lines apart, in the house's order.

    Examples
    --------
    >>> dimensions(pd.DataFrame({"region": ["N", "S"], "team": ["t", "t"], "role": [None, None]}))
    ['region']
    """
    order = ["region", "team", "manager", "segment", "role"]
    return [name for name in order if name in lines and len(lines[name].dropna().unique()) > 1]
