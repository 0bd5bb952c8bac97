"""Who leaves, in numbers only: rates, vacancies and what a departure costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.data.quality import to_pandas
from spmkit.data.tables import required
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.programs_waves import known_periods
from spmkit.diagnostics.ramping import heads_of, sold_by_period
from spmkit.intervals import wilson_interval
from spmkit.measure import measure
from spmkit.metrics.people import (
    DepartureAssumptions,
    attrition_interval,
    attrition_lines,
    attrition_rate,
    departure_cost,
    departure_lines,
    involuntary_attrition_rate,
    territory_vacancies,
    total_departure_cost,
    unexplained_attrition_rate,
    vacancy_rate,
    vacancy_spells,
    vacant_territory_days,
    voluntary_attrition_rate,
)

RATES = (
    attrition_rate,
    voluntary_attrition_rate,
    involuntary_attrition_rate,
    unexplained_attrition_rate,
)
FEWEST_REPS = 8
"""A group with fewer is not shown: of three people one can tell who is meant."""

_YEAR = pd.DateOffset(months=12)
_BANDS = {"first year": 0, "second and third year": 365, "fourth year and later": 1096}
_INPUTS = ("replacement_cost", "loss_share", "ramp_loss", "daily_pay")


def leaver_lines(diagnosis: Diagnosis) -> pd.DataFrame:
    """Everybody employed in the 12 months up to the period's end, and who of them left."""
    end = diagnosis.end
    start = (end + pd.Timedelta(days=1) - _YEAR).date()
    made = f"attrition from {start} to {end.date()}"
    lines: pd.DataFrame = diagnosis.data.fact(
        made, lambda: attrition_lines(diagnosis.data, start, end.date())
    )
    if lines.empty:
        raise DataError("No rep says when he or she was hired, so nothing is told of leaving.")
    return lines


def leaving_rates(diagnosis: Diagnosis) -> pd.DataFrame:
    """Measure how many left in 12 months, by kind of leaving.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``metric``, ``value`` with ``low`` and ``high`` (exact, 95 %), ``leavers`` and
        ``headcount`` (the average).

    Raises
    ------
    DataError
        Where no rep's hiring is known.

    Examples
    --------
    >>> found = leaving_rates(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found["metric"].tolist()[:2]
    ['attrition_rate', 'voluntary_attrition_rate']
    """
    lines = leaver_lines(diagnosis)
    rows = []
    for metric in RATES:
        name = metric.__name__
        row = attrition_interval(lines, metric).iloc[0]
        ends = {"low": row[f"{name}_low"], "high": row[f"{name}_high"]}
        rows.append({"metric": name, "value": row[name]} | ends)
    headcount = float(lines["headcount"].sum())
    found = pd.DataFrame(rows).assign(headcount=headcount)
    return found.assign(leavers=(found["value"] * headcount).round().astype("int64"))


def leaving_by_tenure(diagnosis: Diagnosis) -> pd.DataFrame:
    """Measure which share of those there a year ago left within the year, by tenure then.

    Never by rep: a rate of a group says nothing about one of it.

    Returns
    -------
    pandas.DataFrame
        ``group``, ``n`` (reps of eight or more), ``leavers``, ``share`` with ``low`` and ``high``
        (Wilson, 95 %), ``now`` (reps of that tenure today) and ``expected`` (of whom so many would
        leave in a year at that share).
    """
    lines = leaver_lines(diagnosis)
    start = diagnosis.end + pd.Timedelta(days=1) - _YEAR
    there = lines[lines["hired_on"] < start]
    bands = _band((start - there["hired_on"]).dt.days)
    marked = pd.DataFrame({"group": bands, "leaver": there["leaver"].astype("int64")})
    found = marked.groupby("group")["leaver"].agg(["size", "sum"])
    found = found.set_axis(["n", "leavers"], axis=1).reindex(list(_BANDS)).dropna()
    found = found.astype("int64")
    here = lines[~lines["leaver"]]
    today = _band((diagnosis.end - here["hired_on"]).dt.days).value_counts()
    found = found.assign(now=today.reindex(found.index).fillna(0).astype("int64"))
    found = found[found["n"] >= FEWEST_REPS].rename_axis("group").reset_index()
    low, high = wilson_interval(found["leavers"], found["n"], 0.95)
    share = found["leavers"] / found["n"]
    expected = share * found["now"]
    told: pd.DataFrame = found.assign(share=share, low=low, high=high, expected=expected)
    return told


def _band(days: pd.Series[Any]) -> pd.Series[Any]:
    """The name of each tenure's band."""
    places = np.searchsorted(list(_BANDS.values()), days.to_numpy(), side="right") - 1
    return pd.Series(np.array(list(_BANDS))[places], index=days.index, dtype="object")


def vacancies(diagnosis: Diagnosis) -> pd.Series[Any]:
    """Count the days of the year on which a territory had nobody.

    Returns
    -------
    pandas.Series
        ``days``, ``rate`` (of all days of all territories), ``territories`` and ``vacant`` (those
        that were ever empty).

    Raises
    ------
    DataError
        Where the source has no territory_assignments.
    """
    lines = territory_vacancies(diagnosis.data, *_year(diagnosis))
    row = measure(lines, [vacant_territory_days, vacancy_rate]).iloc[0]
    return pd.Series(
        {
            "days": row["vacant_territory_days"],
            "rate": row["vacancy_rate"],
            "territories": len(lines),
            "vacant": int((lines["vacant_days"] > 0).sum()),
        }
    )


def _year(diagnosis: Diagnosis) -> tuple[Any, Any]:
    start = diagnosis.end + pd.Timedelta(days=1) - _YEAR
    return start.date(), diagnosis.end.date()


def departure_inputs(text: str) -> DepartureAssumptions | None:
    """Read what a departure is assumed to cost, from a text such as a report's parameter.

    Parameters
    ----------
    text
        All four inputs with commas between; empty for none, and then no cost is told.

    Raises
    ------
    DataError
        Where an input is missing, unknown or no number.

    Examples
    --------
    >>> departure_inputs("replacement_cost = 20000, loss_share = 0.5, ramp_loss = 30000, "
    ...     "daily_pay = 200").loss_share
    0.5
    >>> departure_inputs("") is None
    True
    """
    if not text.strip():
        return None
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    given = {name.strip(): value.strip() for name, _, value in pairs}
    if set(given) != set(_INPUTS):
        raise DataError(f"departure: give {', '.join(_INPUTS)}, each as name = number.")
    try:
        return DepartureAssumptions(**{name: float(value) for name, value in given.items()})
    except ValueError as error:
        raise DataError(f"departure: {error}") from error


def leaving_cost(diagnosis: Diagnosis, assumptions: DepartureAssumptions) -> pd.Series[Any]:
    """Multiply out what the departures of the year cost, by the company's own assumptions.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    assumptions
        The company's own.

    Returns
    -------
    pandas.Series
        ``each`` and ``all`` (money), ``n`` (departures of reps who held a territory in the 12
        months: it was empty after them, or filled on the day), ``unknown`` (departures that have
        no cost here, as no territory of theirs is known) and ``run_rate`` (what a rep sells on a
        day on the payroll, over the window).

    Raises
    ------
    DataError
        Where the source has no territory_assignments, nobody left, no leaver's territory is
        known, or nobody was on the payroll in a complete period.
    """
    lines = leaver_lines(diagnosis)
    left = lines.loc[lines["leaver"], ["rep_id"]]
    if left.empty:
        raise DataError("Nobody left in the 12 months, so no departure has a cost.")
    spells = vacancy_spells(diagnosis.data, *_year(diagnosis))
    known = left[left["rep_id"].isin(_holders(diagnosis))]
    if known.empty:
        raise DataError("Of nobody who left is a territory known, so no departure has a cost.")
    empty = spells.groupby("after_rep_id")["vacant_days"].sum()
    days = known["rep_id"].map(empty).fillna(0)  # held one, and it was filled on the day
    rate = _run_rate(diagnosis)
    costed = departure_lines(known.assign(vacant_days=days, daily_run_rate=rate), assumptions)
    row = measure(costed, [departure_cost, total_departure_cost]).iloc[0]
    costs = {"each": row["departure_cost"], "all": row["total_departure_cost"]}
    counts = {"n": len(known), "unknown": len(left) - len(known)}
    return pd.Series(costs | counts | {"run_rate": rate})


def _holders(diagnosis: Diagnosis) -> pd.Series[Any]:
    """Who held a territory on some day of the year."""
    start, end = (pd.Timestamp(day) for day in _year(diagnosis))
    names = ["rep_id", "starts_on", "ends_on", "share"]
    frame = required(diagnosis.data, "territory_assignments", "rep_id")
    there = [name for name in names if name in frame.collect_schema().names()]
    spells = to_pandas(frame.select(*there)).reindex(columns=names)
    begun = ~(pd.to_datetime(spells["starts_on"]) > end)
    lasting = ~(pd.to_datetime(spells["ends_on"]) < start)
    held = spells["share"].astype("float64").fillna(1.0) > 0
    return spells.loc[begun & lasting & held, "rep_id"].astype("object")


def _run_rate(diagnosis: Diagnosis) -> float:
    """What a rep sells on a day on the payroll, on average over the window."""
    known = known_periods(diagnosis)
    periods = [one for one in known if one.label in diagnosis.window]
    heads = heads_of(diagnosis, known)
    own = heads[heads["period"].isin([one.label for one in periods])]
    days = own["active_days"].sum()
    if not days:
        raise DataError(f"No complete period up to {diagnosis.label}: no cost is told.")
    sold = sold_by_period(diagnosis, periods)
    return float(sold.loc[sold["rep_id"].isin(own["rep_id"]), "credited"].sum() / days)
