"""What the force can sell in the four periods to come, as it ramps and as people leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from spmkit.attainment import issued_quotas
from spmkit.data import DataError
from spmkit.diagnostics.leaving import leaving_rates
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.programs_waves import known_periods
from spmkit.diagnostics.ramping import (
    RAMPED_AFTER,
    heads_of,
    hire_progress,
    hires,
    sold_by_period,
)
from spmkit.intervals import Floats, difference_interval
from spmkit.measure import measure
from spmkit.metrics.people import capacity_lines, ramped_capacity, rep_tenure
from spmkit.periods import Period
from spmkit.redraws import redrawn_interval

_AHEAD = 4
_RAMP = 12  # months
_MONTH = 365.25 / 12
_DAY = pd.Timedelta(days=1)
_ENDS = ["high", "value", "low"]
_STEPS = {"ramp": "hires who still ramp", "notice": "notices given", "leavers": "expected to leave"}


def periods_ahead(diagnosis: Diagnosis) -> list[Period]:
    """The four periods after the one asked about."""
    calendar, found = diagnosis.data.calendar, [diagnosis.periods.now]
    for _ in range(_AHEAD):
        day = (pd.Timestamp(found[-1].end) + _DAY).date()
        try:
            found.append(calendar.containing(day, found[-1].grain))
        except ValueError:
            break  # periods that the quotas make end with the quotas
    return found[1:]


def capacity_ahead(diagnosis: Diagnosis) -> pd.DataFrame:
    """What those there now can sell in each of the next four periods, beside the plan.

    A ramped rep is taken to sell what the mean ramped rep sold over the window, hires ramp as
    hires did, and people leave at the year's rate without being replaced. It is a sum of these
    assumptions, no forecast of demand.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``full`` (everybody ramped, nobody leaving), ``ramp``, ``notice`` and
        ``leavers`` (what ramp, notices given and attrition take off), ``capacity`` with ``low``
        and ``high`` (95 %: ramped reps drawn anew, and the attrition's exact interval), ``plan``
        (the company's quota, as released by the data's day; else null) and ``gap`` (plan less
        capacity).

    Raises
    ------
    DataError
        Where no rep was there for a year, or no hiring is known.

    Examples
    --------
    >>> found = capacity_ahead(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found["period"].tolist()
    ['2026Q4', '2027Q1', '2027Q2', '2027Q3']
    """
    made = f"capacity after {diagnosis.label}"
    found: pd.DataFrame = diagnosis.data.fact(made, lambda: _ahead(diagnosis))
    return found


def _ahead(diagnosis: Diagnosis) -> pd.DataFrame:
    ahead = periods_ahead(diagnosis)
    if not ahead:
        raise DataError(f"No period after {diagnosis.label} is known: no capacity is told.")
    sold, rate, ramp = monthly_sales(diagnosis), _attrition(diagnosis), ramp_shape(diagnosis)
    people = _people(diagnosis).assign(productivity=float(sold.mean()))
    staying = people.assign(left_on=pd.Series(pd.NaT, index=people.index))
    full = _summed(staying, ahead, [], 0.0)
    ramped, noticed = _summed(staying, ahead, ramp, 0.0), _summed(people, ahead, ramp, 0.0)
    fewer, capacity, more = (_summed(people, ahead, ramp, rate[end]) for end in _ENDS)
    low, high = _bounds(sold, fewer, capacity, more)
    plan = plan_ahead(diagnosis, ahead)
    return pd.DataFrame(
        {
            "period": [one.label for one in ahead],
            "full": full,
            "ramp": ramped - full,
            "notice": noticed - ramped,
            "leavers": capacity - noticed,
            "capacity": capacity,
            "low": low,
            "high": high,
            "plan": plan,
            "gap": plan - capacity,
        }
    )


def _attrition(diagnosis: Diagnosis) -> pd.Series[Any]:
    """The year's rate with its bounds; as a chance it is at most 1."""
    return leaving_rates(diagnosis).iloc[0][_ENDS].astype("float64").clip(upper=1.0)


def _people(diagnosis: Diagnosis) -> pd.DataFrame:
    """Those on the payroll on the last day, and those hired to come."""
    heads = heads_of(diagnosis, known_periods(diagnosis))
    people = rep_tenure(diagnosis.data)
    gone = people["left_on"] <= diagnosis.end
    kept = people["rep_id"].isin(heads["rep_id"]) | (people["hired_on"] > diagnosis.end)
    return people.loc[kept & ~gone, ["rep_id", "hired_on", "left_on", "tenure_status"]]


def _summed(
    people: pd.DataFrame, ahead: Sequence[Period], ramp: Sequence[float], rate: float
) -> Floats:
    """The capacity of each period."""
    first, last = ahead[0].start, ahead[-1].end
    months = max(round((last - first).days / _MONTH), 1)
    lines = capacity_lines(people, first, months, ramp=ramp, annual_attrition=rate)
    middle = lines["month"] + pd.Timedelta(days=14)  # a month is of the period of its middle
    ends = pd.DatetimeIndex([one.end for one in ahead])
    lines = lines.assign(place=ends.searchsorted(pd.DatetimeIndex(middle)))
    found = measure(lines, ramped_capacity, by="place").set_index("place")["ramped_capacity"]
    return found.reindex(range(len(ahead))).fillna(0.0).to_numpy("float64")


def _bounds(sold: Floats, fewer: Floats, capacity: Floats, more: Floats) -> tuple[Floats, Floats]:
    """Bounds from what a few large deals do to the mean, and from how many may leave."""
    ends = redrawn_interval(lambda drawn: (drawn @ sold) / drawn.sum(axis=-1), len(sold))
    low, high = (end / sold.mean() * capacity for end in ends)
    none = np.zeros(len(capacity))
    # What leaving takes beside the expected is least where most stay: ``more`` bounds it below.
    return difference_interval((capacity, low, high), (none, capacity - more, capacity - fewer))


def monthly_sales(diagnosis: Diagnosis) -> Floats:
    """What each rep who was there for a year before sold a month, over the window.

    Raises
    ------
    DataError
        Where there is no such rep.
    """
    periods = [one for one in known_periods(diagnosis) if one.label in diagnosis.window]
    if not periods:
        raise DataError(f"No complete period up to {diagnosis.label}: no capacity is told.")
    start = pd.Timestamp(periods[0].start)
    heads = heads_of(diagnosis, known_periods(diagnosis))
    own = heads[heads["period"].isin([one.label for one in periods])]
    days = own.groupby("rep_id")["active_days"].sum()
    hired = rep_tenure(diagnosis.data).set_index("rep_id")["hired_on"].reindex(days.index)
    ramped = days.index[(hired.isna() | (hired + RAMPED_AFTER <= start)) & (days > 0)]
    if ramped.empty:
        raise DataError("No rep had been there for a year: no capacity is told.")
    sold = sold_by_period(diagnosis, periods).groupby("rep_id")["credited"].sum()
    months = days[ramped] / _MONTH
    return (sold.reindex(ramped).fillna(0.0) / months).to_numpy("float64")


def ramp_shape(diagnosis: Diagnosis) -> list[float]:
    """Which share of a ramped rep's sales hires reach in each of their first twelve months.

    It never falls from one month to the next; empty where no hire was seen.
    """
    try:
        hires(diagnosis)
    except DataError:
        return []
    progress = hire_progress(diagnosis).sort_values(["rep_id", "month"])
    own = progress[progress["rep_id"].isin(hires(diagnosis)["rep_id"])]
    number = own.groupby("rep_id").cumcount()
    sums = own.groupby(number)[["credited", "quota"]].sum().head(_RAMP)
    from sklearn.isotonic import IsotonicRegression

    share = (sums["credited"] / sums["quota"]).fillna(0.0)
    fitted = IsotonicRegression().fit_transform(share.index, share, sample_weight=sums["quota"])
    return [float(value) for value in np.clip(fitted, 0.0, 1.0)]


def plan_ahead(diagnosis: Diagnosis, ahead: Sequence[Period]) -> Floats:
    """The company's quota of each period, as far as it was released by the data's day."""
    found = issued_quotas(diagnosis.data, ahead, level="company")
    sums = found.groupby("period")["issued_quota"].sum(min_count=1)
    return sums.reindex([one.label for one in ahead]).to_numpy("float64")


def capacity_steps(capacity: pd.DataFrame) -> pd.DataFrame:
    """How the full strength of the periods ahead becomes capacity, step by step.

    Parameters
    ----------
    capacity
        What :func:`capacity_ahead` gives.

    Returns
    -------
    pandas.DataFrame
        ``step``, ``value``, ``start``, ``end`` and ``kind``, as a waterfall takes them; where the
        plan of every period is known, the gap and the plan stand last.

    Examples
    --------
    >>> rows = pd.DataFrame({"full": [10.0], "ramp": [-1.0], "notice": [0.0], "leavers": [-2.0],
    ...     "capacity": [7.0], "plan": [9.0], "gap": [2.0]})
    >>> capacity_steps(rows)[["step", "start", "end"]].values.tolist()[-2:]
    [['missing to the plan', 7.0, 9.0], ['plan', 0.0, 9.0]]
    """
    sums = capacity[["full", *_STEPS, "capacity"]].sum()
    rows = [("everybody ramped, nobody leaving", sums["full"], 0.0, sums["full"], "whole")]
    for name, step in _STEPS.items():
        if sums[name]:
            start = rows[-1][3]
            rows.append((step, sums[name], start, start + sums[name], "loss"))
    rows.append(("capacity", sums["capacity"], 0.0, sums["capacity"], "whole"))
    if capacity["plan"].notna().all():
        gap, plan = capacity["gap"].sum(), capacity["plan"].sum()
        step, kind = ("missing to the plan", "loss") if gap > 0 else ("beyond the plan", "gain")
        rows += [(step, gap, sums["capacity"], plan, kind), ("plan", plan, 0.0, plan, "whole")]
    return pd.DataFrame(rows, columns=["step", "value", "start", "end", "kind"])
