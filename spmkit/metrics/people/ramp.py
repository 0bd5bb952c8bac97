"""When hires sell as a full rep does, and how many never do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import pandas as pd

from spmkit.engine import collected, lazy_columns
from spmkit.expressions import present
from spmkit.metrics.people.first_deal import HIRED_BEFORE
from spmkit.metrics.people.ramp_months import months_since
from spmkit.metrics.people.tenure import OK
from spmkit.metrics.people.windows import as_days
from spmkit.survival import median_duration
from spmkit.traits import Traits
from spmkit.units import NUMBER, Column, Percent, Share

NO_QUOTA = "undefined: no quota"
_DAY = pd.Timedelta(days=1)


def ramp_lines(
    progress: Any, tenure: pd.DataFrame, *, at: float = 0.8, trailing: int = 3
) -> pd.DataFrame:
    """One row a rep, with the months from hiring until ramped, or for as long as seen.

    Ramped is the first month in which the credit of the last few months reaches
    a share of their full quota. Months count in one row, so one large deal can
    do it; a longer ``trailing`` is less easily lucky and later. A month of which
    the credit or the quota is not known makes every window with it say nothing.

    Parameters
    ----------
    progress
        A frame with ``rep_id``, ``month`` (the first day of a month), ``credited`` and ``quota``:
        :func:`ramp_progress`, or calendar months of one's own (the month of hiring then counts
        only where the rep was hired on its first day).
    tenure
        As :func:`rep_tenure` gives it.
    at
        The share of full quota; :func:`ramped_level` gives that of the ramped cohort.
    trailing
        The months that are counted together.

    Returns
    -------
    pandas.DataFrame
        The columns of ``tenure``, ``ramp_months`` (to ramped, or to the last month that could be
        judged), ``ramped`` (null of whom it cannot be told) and ``ramp_status``: reps hired
        before the first month of ``progress`` and those without any quota have no months.

    Raises
    ------
    ValueError
        Where a rep has a month twice, or ``trailing`` is below 1.

    Examples
    --------
    >>> tenure = pd.DataFrame({"rep_id": ["ada"], "hired_on": pd.to_datetime(["2026-01-01"]),
    ...     "tenure_status": "ok"})
    >>> progress = pd.DataFrame({"rep_id": "ada", "credited": [0.0, 60.0, 90.0, 100.0],
    ...     "month": pd.date_range("2026-01-01", periods=4, freq="MS"), "quota": 100.0})
    >>> ramp_lines(progress, tenure)[["ramp_months", "ramped"]].values.tolist()
    [[4, True]]
    """
    if trailing < 1:
        raise ValueError(f"trailing is {trailing}; count at least one month.")
    months = _numbered(progress, tenure)
    begins = months["month"].min()
    reached = _reached(months, at, trailing)
    first = reached.groupby("rep_id")["number"].min()
    judged = months[months[["credited", "quota"]].notna().all(axis=1)]
    seen = judged.groupby("rep_id")["number"].max()
    ramped_in, last = tenure["rep_id"].map(first), tenure["rep_id"].map(seen)
    status = _status(tenure, last, begins)
    counted = status == OK
    return tenure.assign(
        ramp_months=ramped_in.fillna(last).where(counted).astype("Int64"),
        ramped=ramped_in.notna().where(counted).astype("boolean"),
        ramp_status=status,
    )


def ramped_level(progress: Any, tenure: pd.DataFrame, *, after: int = 12) -> float:
    """Give the median attainment of the ramped cohort, to ramp against instead of quota.

    Of each rep the months beyond the first twelve are summed, so that every rep
    weighs the same in the median.

    Parameters
    ----------
    progress, tenure
        As for :func:`ramp_lines`.
    after
        How many months since hiring are left out.

    Returns
    -------
    float
        For ``ramp_lines(progress, tenure, at=…)``.

    Raises
    ------
    ValueError
        Where no rep has a quota beyond those months.

    Examples
    --------
    >>> tenure = pd.DataFrame({"rep_id": ["ada", "bo"], "hired_on": pd.to_datetime(
    ...     ["2020-01-01", "2020-01-01"]), "tenure_status": "ok"})
    >>> progress = pd.DataFrame({"rep_id": ["ada", "bo"], "month": pd.to_datetime(
    ...     ["2026-01-01", "2026-01-01"]), "credited": [90.0, 110.0], "quota": 100.0})
    >>> ramped_level(progress, tenure)
    1.0

    References
    ----------
    Catalogue H1 (against the ramped cohort); the definitions of ramp time in planning tools.
    """
    months = _numbered(progress, tenure)
    later = months[months["number"] > after].dropna(subset=["credited", "quota"])
    sums = later.groupby("rep_id")[["credited", "quota"]].sum()
    sums = sums[sums["quota"] > 0]
    if sums.empty:
        raise ValueError(f"no rep has a quota after more than {after} months: nothing to ramp to.")
    return float((sums["credited"] / sums["quota"]).median())


def ramp_time(
    lines: Any, by: str | Sequence[str] | None = None, confidence: float = 0.95
) -> Annotated[
    pd.DataFrame, NUMBER, Traits("ramp_lines", "lower", columns=("ramp_months", "ramped"))
]:
    """Months from hiring by which half of the hires have sold at the level of a ramped rep.

    The level is a share of full quota, which :func:`ramp_lines` sets: with an
    easy quota the ramp is short. Those who left before, and those who are not
    there yet, count for as long as they were seen; the mean of the ones who made
    it is too short. It cannot be below the months that are counted together.

    Parameters
    ----------
    lines
        As :func:`ramp_lines` gives them.
    by
        A column or several to group by, such as ``cohort``.
    confidence
        Of the bounds, such as 0.95.

    Returns
    -------
    pandas.DataFrame
        As :func:`spmkit.survival.median_duration`: the group columns, ``median`` in months,
        ``low``, ``high``, ``n``, ``ended`` (those who ramped), ``status``; null where fewer than
        half ramped.

    Examples
    --------
    >>> lines = pd.DataFrame({"ramp_months": [4, 6, 5], "ramped": [True, True, False]})
    >>> spm.ramp_time(lines)["median"].tolist()
    [6.0]

    References
    ----------
    Catalogue H1; the definitions of ramp time in planning tools.
    """
    return median_duration(lines, "ramp_months", "ramped", by, confidence)


def new_hire_lines(ramp: pd.DataFrame, *, months: int = 12) -> pd.DataFrame:
    """Ramp lines with whether each hire failed within the first months, where that is known.

    A cohort is mature once its months have passed, for stayers and leavers
    alike: early leavers of a younger one, whose stayers cannot count yet, would
    make it look worse than it will be.

    Parameters
    ----------
    ramp
        As :func:`ramp_lines` gives them.
    months
        How long a hire has.

    Returns
    -------
    pandas.DataFrame
        The lines with ``mature`` (whether the hire counts: the months have passed, and either
        the rep left within them or the ramp could be judged) and ``failed`` (left within them, or
        not ramped; null where it does not count).

    Examples
    --------
    >>> ramp = pd.DataFrame({"rep_id": ["ada"], "hired_on": pd.to_datetime(["2025-01-01"]),
    ...     "left_on": pd.to_datetime([None]), "as_of": pd.to_datetime(["2026-10-02"]),
    ...     "ramp_months": [14], "ramped": [True], "ramp_status": ["ok"]})
    >>> new_hire_lines(ramp)[["mature", "failed"]].values.tolist()
    [[True, True]]
    """
    matures = ramp["hired_on"] + pd.DateOffset(months=months)
    passed = matures - _DAY <= ramp["as_of"]
    left = ramp["left_on"] < matures
    reached = ramp["ramped"].astype("boolean").fillna(value=False) & (ramp["ramp_months"] <= months)
    judged = (ramp["ramp_status"] == OK) & (reached | (ramp["ramp_months"] >= months))
    known = judged | (left & ramp["ramp_status"].isin([OK, NO_QUOTA]))
    mature = (passed & known).astype("boolean").fillna(value=False)
    failed = (left | ~reached).astype("boolean")
    return ramp.assign(mature=mature.astype(bool), failed=failed.where(mature))


def new_hire_failure(
    failed: Column, mature: Column
) -> Annotated[Percent, Traits("new_hire_lines", "lower")]:
    """Hires who left or did not ramp within 12 months, of the hires that had 12 months.

    Younger hires are not in it, so it speaks of hiring a year ago and more. It
    judges the hiring, the onboarding and the quota together.

    Parameters
    ----------
    failed
        Whether the hire left within the months, or did not ramp in them.
    mature
        Whether the hire counts.

    Returns
    -------
    Percent
        With its Wilson interval; null where no hire is mature.

    Examples
    --------
    >>> lines = pd.DataFrame({"failed": [True, False, None], "mature": [True, True, False]})
    >>> spm.measure(lines, spm.new_hire_failure)["new_hire_failure"].tolist()
    [0.5]

    References
    ----------
    Catalogue H6; common usage of the field.
    """
    return Share(failed, mature & present(failed))


def _numbered(progress: Any, tenure: pd.DataFrame) -> pd.DataFrame:
    """The months of each rep in order, numbered from hiring."""
    given = collected(lazy_columns(progress, ["rep_id", "month", "credited", "quota"]))
    given = given.assign(rep_id=given["rep_id"].astype("object"), month=as_days(given["month"]))
    if (twice := given.duplicated(["rep_id", "month"])).any():
        row = given[twice].iloc[0]
        raise ValueError(f"{row['rep_id']!r} has the month {row['month']:%Y-%m-%d} twice.")
    hired = tenure.loc[tenure["tenure_status"] == OK, ["rep_id", "hired_on"]]
    months: pd.DataFrame = given.merge(hired, on="rep_id")
    number = months_since(months["hired_on"], months["month"])
    numbered = months.assign(number=number.astype("int64"))
    later: pd.DataFrame = numbered[numbered["month"] >= numbered["hired_on"]]
    return later.sort_values(["rep_id", "number"])


def _reached(months: pd.DataFrame, at: float, trailing: int) -> pd.DataFrame:
    """The months in which the trailing ones, all of them there, reach the level to the cent."""
    by_rep = months.groupby("rep_id")
    sums = by_rep[["credited", "quota"]].rolling(trailing).sum().droplevel(0)
    unbroken = months["number"] - by_rep["number"].shift(trailing - 1) == trailing - 1
    enough = np.floor(sums["credited"] * 100 + 0.5) >= np.floor(sums["quota"] * at * 100 + 0.5)
    reached: pd.DataFrame = months[unbroken & enough & (sums["quota"] > 0)]
    return reached


def _status(tenure: pd.DataFrame, last: pd.Series[Any], begins: Any) -> pd.Series[Any]:
    known = tenure["tenure_status"] == OK
    early = tenure["hired_on"] < begins if pd.notna(begins) else False
    met = [~known, known & early, known & last.isna()]
    said = np.select(met, [tenure["tenure_status"], HIRED_BEFORE, NO_QUOTA], OK)
    return pd.Series(said, index=tenure.index, dtype="str")
