"""Who was employed from when to when, and why those left who left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.assignments import ATTRIBUTES, assignment_spells
from spmkit.data.quality import to_pandas
from spmkit.metrics.people.windows import as_days
from spmkit.periods import Grain
from spmkit.traits import Traits
from spmkit.units import Column, Days

OK = "ok"
NOT_HIRED = "undefined: no hired_on"
LEFT_FIRST = "undefined: left before hired"
HIRED_LATER = "undefined: hired after as_of"

LEAVE_KINDS: Mapping[str, str] = {
    "better offer": "voluntary",
    "career change": "voluntary",
    "personal": "voluntary",
    "relocation": "voluntary",
    "resignation": "voluntary",
    "resigned": "voluntary",
    "retired": "voluntary",
    "retirement": "voluntary",
    "voluntary": "voluntary",
    "dismissal": "involuntary",
    "dismissed": "involuntary",
    "involuntary": "involuntary",
    "layoff": "involuntary",
    "performance": "involuntary",
    "redundancy": "involuntary",
    "restructuring": "involuntary",
    "terminated": "involuntary",
    "internal move": "transfer",
    "promotion": "transfer",
    "transfer": "transfer",
}
"""Which kind of leaving a reason stands for; any other reason is not classified."""

_OWN = ("rep_id", "name", "hired_on", "left_on", "leave_reason")


def rep_tenure(
    data: SalesData, *, kinds: Mapping[str, str] = LEAVE_KINDS, grain: Grain = "quarter"
) -> pd.DataFrame:
    """One row a rep: from when to when employed, how long, and why the rep left.

    The current spell alone counts: ``hired_on`` is the last hiring, and someone
    hired again starts anew. An export that keeps the old ``left_on`` of such a
    person says that the person left before being hired; that row has no tenure,
    and ``tenure_status`` says why. Managers are in it too: keep the roles that
    are meant before measuring.

    Parameters
    ----------
    data
        An open source; ``reps.hired_on``, ``left_on`` and ``leave_reason`` are null where absent.
    kinds
        Reason to "voluntary", "involuntary" or "transfer", capitals and outer blanks aside; by
        default :data:`LEAVE_KINDS`. A reason that is not in it is not classified.
    grain
        Of the hiring cohorts: "year", "quarter" or "month", fiscal.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``rep``, ``hired_on``, ``left_on`` (the last day of employment),
        ``leave_reason``, ``as_of``; ``left`` (by as_of: someone who only gave notice has not
        left), ``leave_kind`` (null: still there, or not classified), ``voluntary`` (null where the
        kind is), ``tenure_days`` from hiring to the last day or as_of, ``current_tenure_days``
        (null of those who left), ``cohort`` (the period of hiring), ``tenure_status``, and the
        attributes of the last assignment: ``manager_id``, ``manager``, ``team``, ``region``,
        ``role``, ``segment``, ``fte``.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada", "bo"], "hired_on": ["2026-01-02", "2026-03-01"],
    ...         "left_on": [None, "2026-03-31"], "leave_reason": [None, "Relocation"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> rep_tenure(data)[["rep_id", "tenure_days", "left", "leave_kind", "cohort"]].values.tolist()
    [['ada', 273, False, nan, '2026Q1'], ['bo', 30, True, 'voluntary', '2026Q1']]
    """
    people = _people(data)
    seen = pd.Timestamp(data.as_of)
    people = people.assign(as_of=seen, left=people["left_on"] <= seen)
    status = _status(people)
    counted = status == OK
    last = people["left_on"].where(people["left"], seen)
    days = (last - people["hired_on"]).dt.days.where(counted).astype("Int64")
    kind = _leave_kind(people, kinds).where(people["left"])
    found = people.assign(
        leave_kind=kind,
        voluntary=(kind == "voluntary").where(kind.notna()).astype("boolean"),
        tenure_days=days,
        current_tenure_days=days.mask(people["left"]),
        cohort=_cohorts(people["hired_on"], data, grain),
        tenure_status=status,
    )
    return found.merge(_attributes(data, last, people["rep_id"]), on="rep_id", how="left")


def median_tenure(
    current_tenure_days: Column,
) -> Annotated[Days, Traits("rep_tenure", "neither")]:
    """Median days since hiring of those who are there today.

    It says nothing of how long people stay: those who left are not in it, and a
    wave of hiring lowers it without anybody leaving. How long a hire stays is
    ``median_duration(rep_tenure(data), "tenure_days", "left")``.

    Parameters
    ----------
    current_tenure_days
        Days from hiring to as_of, null of those who left.

    Returns
    -------
    Days
        A month is 30.4 of them. Null where nobody's hiring is known.

    Examples
    --------
    >>> people = pd.DataFrame({"current_tenure_days": [100, 400, 1000, None]})
    >>> spm.measure(people, spm.median_tenure)["median_tenure"].tolist()
    [400.0]

    References
    ----------
    Catalogue H5; sales turnover surveys.
    """
    return current_tenure_days.median()


def _people(data: SalesData) -> pd.DataFrame:
    reps = nw.from_native(data.reps).lazy()
    there = [name for name in _OWN if name in reps.collect_schema().names()]
    people = to_pandas(reps.select(*there)).reindex(columns=_OWN)
    people = people.sort_values("rep_id", ignore_index=True)
    return people.drop(columns="name").assign(
        hired_on=as_days(people["hired_on"]),
        left_on=as_days(people["left_on"]),
        leave_reason=people["leave_reason"].astype("object"),
    )


def _status(people: pd.DataFrame) -> pd.Series[Any]:
    hired = people["hired_on"]
    met = [hired.isna(), people["left_on"] < hired, hired > people["as_of"]]
    said = np.select(met, [NOT_HIRED, LEFT_FIRST, HIRED_LATER], OK)
    return pd.Series(said, index=people.index, dtype="str")


def _leave_kind(people: pd.DataFrame, kinds: Mapping[str, str]) -> pd.Series[Any]:
    known = {reason.strip().casefold(): kind for reason, kind in kinds.items()}
    if other := sorted(set(known.values()) - {"voluntary", "involuntary", "transfer"}):
        raise ValueError(f"{other[0]!r} is no kind: voluntary, involuntary or transfer.")
    reasons = people["leave_reason"].astype("string").str.strip().str.casefold()
    return reasons.astype("object").map(known).astype("object")


def _cohorts(hired: pd.Series[Any], data: SalesData, grain: Grain) -> pd.Series[Any]:
    """The period of hiring; null outside the company's own periods, where it has such."""
    days = sorted(set(hired.dropna().dt.date))
    if not days:
        return pd.Series(None, index=hired.index, dtype="object")
    periods = data.calendar.between(days[0], days[-1], grain)
    starts = pd.DataFrame({"cohort": [p.label for p in periods], "end": [p.end for p in periods]})
    starts["day"] = as_days([p.start for p in periods])
    asked = pd.DataFrame({"day": as_days(days)})
    met = pd.merge_asof(asked, starts, on="day")
    inside = as_days(met["end"]) >= met["day"]
    labels = dict(zip(met["day"][inside], met["cohort"][inside], strict=True))
    return hired.map(labels).astype("object")


def _attributes(data: SalesData, last: pd.Series[Any], rep_id: pd.Series[Any]) -> pd.DataFrame:
    """What held on the last day of employment, or on as_of."""
    spells = assignment_spells(data)
    dated = spells.merge(pd.DataFrame({"rep_id": rep_id, "_day": last}), on="rep_id")
    inside = (dated["starts_on"] <= dated["_day"]) & (dated["_day"] <= dated["ends_on"])
    return dated.loc[inside, ["rep_id", "rep", *ATTRIBUTES]]
