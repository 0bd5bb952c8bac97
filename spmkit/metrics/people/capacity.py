"""What a sales force can sell as it ramps and as people leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import pandas as pd

from spmkit.engine import collected, lazy_columns
from spmkit.expressions import total
from spmkit.metrics.people.tenure import HIRED_LATER, OK
from spmkit.metrics.people.windows import Day, as_days, column_names
from spmkit.traits import Traits
from spmkit.units import Column, Money

_CAPACITY = Traits("capacity_lines", "higher", "leading")
_OPTIONAL = ["left_on", "tenure_status"]


def capacity_lines(
    people: Any,
    start: Day,
    months: int,
    *,
    ramp: Sequence[float],
    annual_attrition: float,
) -> pd.DataFrame:
    """One row a rep and month to come: how ramped, how productive, how likely still there.

    Attrition compounds: of a year's 20 % a month takes 1 − 0.8^(1/12), and the
    chance to stay is counted to the end of each month. Reps who leave are not
    replaced; planned hires are rows with a ``hired_on`` to come, of whom a
    month is counted from the one in which they start.

    Parameters
    ----------
    people
        A frame of any engine with ``rep_id``, ``hired_on`` and ``productivity`` (what a ramped rep
        sells in a month), and where known ``left_on``: after that day the rep sells nothing.
        Rows of :func:`rep_tenure` without a status "ok" or "hired after as_of" are left out.
    start
        A day of the first month.
    months
        How many months to look ahead.
    ramp
        The share of a ramped rep's productivity in the first, second, … month of employment;
        afterwards it is 1.
    annual_attrition
        The chance that a rep leaves within a year, such as 0.2.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``month`` (its first day), ``tenure_month`` (1 is that of hiring), ``ramp``,
        ``productivity`` and ``stay``.

    Raises
    ------
    ValueError
        Where ``months`` is below 1, or a share is not between 0 and 1.

    Examples
    --------
    >>> people = pd.DataFrame({"rep_id": ["ada", "bo"], "productivity": [100.0, 80.0],
    ...     "hired_on": pd.to_datetime(["2020-01-01", "2026-11-15"])})
    >>> lines = capacity_lines(people, "2026-11-01", 2, ramp=[0.25, 0.5], annual_attrition=0.0)
    >>> lines.query("rep_id == 'bo'")["ramp"].tolist()
    [0.25, 0.5]
    >>> spm.measure(lines, spm.ramped_capacity)["ramped_capacity"].tolist()
    [260.0]
    """
    _refuse(months, ramp, annual_attrition)
    known = _known(people)
    ahead = pd.DataFrame(
        {"month": pd.date_range(_first_day(start), periods=months, freq="MS", unit="s")}
    )
    ahead["stay"] = (1 - annual_attrition) ** ((np.arange(months) + 1) / 12)
    lines: pd.DataFrame = known.merge(ahead, how="cross")
    hired, month = lines["hired_on"], lines["month"]
    passed = (month.dt.year - hired.dt.year) * 12 + month.dt.month - hired.dt.month
    shares = np.append(np.asarray(ramp, dtype=float), 1.0)
    lines = lines.assign(
        tenure_month=passed + 1, ramp=shares[passed.clip(lower=0, upper=len(ramp)).to_numpy(int)]
    )
    there = (passed >= 0) & (lines["left_on"].isna() | (lines["left_on"] >= month))
    kept: pd.DataFrame = lines.loc[
        there, ["rep_id", "month", "tenure_month", "ramp", "productivity", "stay"]
    ]
    return kept.reset_index(drop=True)


def ramped_capacity(
    ramp: Column, productivity: Column, stay: Column
) -> Annotated[Money, _CAPACITY]:
    """What reps can sell in the months to come, ramp and attrition counted.

    Capacity, not demand: it does not ask whether the territories hold that much.
    Productivity of the past includes its own vacancies and leaves; count them
    once.

    Parameters
    ----------
    ramp
        The share of a ramped rep's productivity that is reached in the month.
    productivity
        What the rep sells in a month once ramped.
    stay
        The chance that the rep is still there at the end of the month.

    Returns
    -------
    Money
        Null where there is no line, or no productivity is known.

    Examples
    --------
    >>> lines = pd.DataFrame({"ramp": [0.5, 1.0], "productivity": [100.0, 100.0],
    ...     "stay": [0.9, 0.8]})
    >>> spm.measure(lines, spm.ramped_capacity)["ramped_capacity"].tolist()
    [125.0]

    References
    ----------
    Catalogue H9; the definitions of ramp in planning tools.
    """
    return total(ramp * productivity * stay)


def _refuse(months: int, ramp: Sequence[float], annual_attrition: float) -> None:
    if months < 1:
        raise ValueError(f"months is {months}; look at least one ahead.")
    for name, value in (("annual_attrition", annual_attrition), *(("ramp", r) for r in ramp)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} is {value}; write a share between 0 and 1.")


def _first_day(start: Day) -> pd.Timestamp:
    return pd.Timestamp(start).replace(day=1)


def _known(people: Any) -> pd.DataFrame:
    """The people whose hiring is known, whatever engine they come from."""
    needed = ["rep_id", "hired_on", "productivity"]
    wanted = [*needed, *[name for name in _OPTIONAL if name in column_names(people)]]
    found = collected(lazy_columns(people, wanted)).reindex(columns=[*needed, *_OPTIONAL])
    found = found.assign(
        hired_on=as_days(found["hired_on"]),
        left_on=as_days(found["left_on"]),
        productivity=found["productivity"].astype("float64"),
    )
    usable = found["tenure_status"].isna() | found["tenure_status"].isin([OK, HIRED_LATER])
    return found[usable & found["hired_on"].notna()]
