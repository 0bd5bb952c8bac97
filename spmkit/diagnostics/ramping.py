"""How hires come to sell as ramped reps do: every hire counts for as long as seen."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.data.quality import to_pandas
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.programs_waves import known_periods
from spmkit.diagnostics.ramping_times import half_reached, reached_share, with_early_leavers
from spmkit.expressions import period_of, total
from spmkit.measure import measure
from spmkit.metrics.people import (
    first_deal_lines,
    new_hire_failure,
    new_hire_lines,
    ramp_lines,
    ramp_progress,
    rep_tenure,
)
from spmkit.metrics.people.first_deal import credited_wins
from spmkit.metrics.people.tenure import OK
from spmkit.metrics.productivity import headcount_lines
from spmkit.periods import Period

RAMPED = 0.8
"""The share of what the median ramped rep sells from which a hire counts as ramped."""

RAMPED_AFTER = pd.DateOffset(months=12)
_TRAILING = 3  # months counted together: one large deal ramps nobody for long
_MONTHS = 18  # of the fan
_MONTH = 365.25 / 12
_FEWEST_SEEN = 3  # hires who are followed at a step of a curve
_FEWEST = 5  # hires seen in a month of the fan
_CONFIDENCE = 0.95
_ALL = "All"
_RAMP = ("ramp_gone", "ramp_months", "ramped")
_DEAL = ("left", "first_deal_days", "first_deal_closed")  # followed to the data's own day


def hires(diagnosis: Diagnosis) -> pd.DataFrame:
    """One row a hire that the data saw from the start, with ramp, first deal and failure.

    Ramped is the first month in which three months' credit comes to 80 % of what the median rep
    sold who had been there for a year: issued quotas of hires are usually lowered, and against
    those everybody is ramped from the first day.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`spmkit.new_hire_lines` and :func:`spmkit.first_deal_lines`;
        ``cohort`` is the year of hiring, ``ramp_gone`` whether the hire had left by the end of
        the period. Who left within the first month has 0 months and did not ramp.

    Raises
    ------
    DataError
        Where no rep was hired since the data begin, or nobody was there for a year before a
        period: then there is nothing to ramp to.
    """
    made = f"hires up to {diagnosis.label}"
    found: pd.DataFrame = diagnosis.data.fact(made, lambda: _hires(diagnosis))
    return found


def _hires(diagnosis: Diagnosis) -> pd.DataFrame:
    data, credits = diagnosis.data, diagnosis.credits
    progress = hire_progress(diagnosis)
    people = _people(diagnosis)
    lines = new_hire_lines(ramp_lines(progress, people, at=RAMPED, trailing=_TRAILING))
    deals = first_deal_lines(data, credits).set_index("rep_id")
    names = ["first_deal_on", "first_deal_days", "first_deal_closed", "first_deal_status"]
    joined = lines.join(deals[names], on="rep_id")
    seen = joined["ramp_status"] == OK
    if not seen.any():
        raise DataError(
            "Every rep was there before the data begin, or was hired too lately to be followed: "
            "nothing is told of ramp."
        )
    told = joined.assign(ramp_gone=joined["left"] & (joined["left_on"] <= diagnosis.end))
    kept = with_early_leavers(told, seen, progress["rep_id"])
    return kept.reset_index(drop=True)


def _people(diagnosis: Diagnosis) -> pd.DataFrame:
    """Tenures of those who sell: who only manages would never ramp."""
    heads = heads_of(diagnosis, known_periods(diagnosis))
    people = rep_tenure(diagnosis.data, grain="year")
    if people["hired_on"].isna().all():
        raise DataError("No rep says when he or she was hired: nothing is told of ramp.")
    return people[people["rep_id"].isin(heads["rep_id"])].reset_index(drop=True)


def heads_of(diagnosis: Diagnosis, periods: Sequence[Period]) -> pd.DataFrame:
    """Who was on the payroll in each period, for which share of it."""
    if not periods:
        raise DataError(f"{diagnosis.data.name} has no complete period: nothing is told of ramp.")
    labels = [one.label for one in periods]
    name = f"heads of {labels}"
    found: pd.DataFrame = diagnosis.data.fact(name, lambda: headcount_lines(diagnosis.data, labels))
    return found


def hire_progress(diagnosis: Diagnosis) -> pd.DataFrame:
    """Each month since hiring, as :func:`spmkit.ramp_progress`; ``quota`` is the ramped rep's."""
    made = f"progress of hires up to {diagnosis.label}"
    found: pd.DataFrame = diagnosis.data.fact(made, lambda: _progress(diagnosis))
    return found


def _progress(diagnosis: Diagnosis) -> pd.DataFrame:
    levels = ramped_levels(diagnosis)
    people = _people(diagnosis)[["rep_id"]]
    quotas = people.merge(levels.rename(columns={"level": "quota"}), how="cross")
    return ramp_progress(diagnosis.data, quotas, diagnosis.credits)


def ramped_levels(diagnosis: Diagnosis) -> pd.DataFrame:
    """What the median rep sold in each period who had been there for a year when it began.

    Returns
    -------
    pandas.DataFrame
        ``period_start``, ``period_end``, ``level`` and ``n`` (ramped reps); periods without any
        are left out.
    """
    periods = known_periods(diagnosis)
    heads = heads_of(diagnosis, periods)
    whole = heads.groupby(["rep_id", "period"])["headcount"].sum().reset_index()
    hired = rep_tenure(diagnosis.data).set_index("rep_id")["hired_on"]
    starts = whole["period"].map({one.label: pd.Timestamp(one.start) for one in periods})
    since = whole["rep_id"].map(hired)
    ramped = whole[(since.isna() | (since + RAMPED_AFTER <= starts)) & (whole["headcount"] > 0.99)]
    sold = sold_by_period(diagnosis, periods)
    ramped = ramped.merge(sold, on=["rep_id", "period"], how="left").fillna({"credited": 0.0})
    found = ramped.groupby("period")["credited"].agg(level="median", n="size")
    found = found[found["level"] > 0]
    if found.empty:
        raise DataError("No rep had been there for a year when a period began: nothing to ramp to.")
    days = pd.DataFrame(
        [(one.label, pd.Timestamp(one.start), pd.Timestamp(one.end)) for one in periods],
        columns=["period", "period_start", "period_end"],
    )
    return days.merge(found, on="period")[["period_start", "period_end", "level", "n"]]


def sold_by_period(diagnosis: Diagnosis, periods: Sequence[Period]) -> pd.DataFrame:
    """The credit of each rep in each of some known periods, overlays left out."""
    made = f"sold by period up to {diagnosis.label}"
    found: pd.DataFrame = diagnosis.data.fact(made, lambda: _sold(diagnosis))
    return found[found["period"].isin([one.label for one in periods])]


def _sold(diagnosis: Diagnosis) -> pd.DataFrame:
    periods = known_periods(diagnosis)
    lines = credited_wins(diagnosis.data, diagnosis.credits)
    if "credit_type" in lines.collect_schema().names():
        lines = lines.filter(nw.col("credit_type").fill_null("owner") != "overlay")
    day = nw.col("credited_on").cast(nw.Date)
    dated = lines.select("rep_id", "amount", period_of(day, periods).alias("period"))
    summed = dated.filter(~nw.col("period").is_null()).group_by("rep_id", "period")
    return to_pandas(summed.agg(total(nw.col("amount")).alias("credited"))).astype(
        {"rep_id": "object", "period": "object", "credited": "float64"}
    )


def ramp_by_cohort(diagnosis: Diagnosis) -> pd.DataFrame:
    """Measure by year of hiring how long hires take to ramp and to a first deal, and who fails.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``cohort`` (``All`` last), ``n`` (hires), ``ramp`` (months by which half had ramped;
        leavers count as never, those still there for as long as seen; Aalen and Johansen) with
        ``ramp_low``, ``ramp_high`` and ``ramp_status`` (why it is null), ``deal`` (days to the
        first deal of one's own, in the same way) with bounds and status,
        ``failed`` (left or not ramped within 12 months, of those who had 12 months) with
        ``failed_low``, ``failed_high`` (Wilson) and ``failed_n``.

    Raises
    ------
    DataError
        As :func:`hires`.

    Examples
    --------
    >>> found = ramp_by_cohort(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found["cohort"].tolist()[-1]
    'All'
    """
    lines = hires(diagnosis)
    both = [_cohorts(lines), _cohorts(lines.assign(cohort=_ALL))]
    return pd.concat(both, ignore_index=True)


def _cohorts(lines: pd.DataFrame) -> pd.DataFrame:
    ramp, deal = (
        half_reached(lines.assign(gone=lines[gone]), time, reached, "cohort", _CONFIDENCE)
        for gone, time, reached in (_RAMP, _DEAL)
    )
    ramp, deal = ramp.set_index("cohort"), deal.set_index("cohort")
    failed = measure(lines, new_hire_failure, by="cohort", confidence=_CONFIDENCE)
    failed = failed.set_index("cohort").rename(columns=lambda name: name[len("new_hire_") :])
    ends = ["median", "low", "high", "status"]
    named = {"median": "{}", "low": "{}_low", "high": "{}_high", "status": "{}_status"}
    parts = [ramp[["n"]]]
    for name, frame in (("ramp", ramp), ("deal", deal)):
        parts.append(frame[ends].rename(columns={e: named[e].format(name) for e in ends}))
    rates = failed.rename(columns=lambda name: name.replace("failure", "failed"))
    parts.append(rates[["failed", "failed_low", "failed_high", "failed_n"]])
    return pd.concat(parts, axis=1).reset_index()


def ramp_curve(diagnosis: Diagnosis, most: int = 3) -> pd.DataFrame:
    """Which share of hires has ramped month by month, by year of hiring.

    Returns
    -------
    pandas.DataFrame
        ``cohort`` (the latest years that have five hires), ``months``, ``ramped`` (of all hires,
        those who left before among them; Aalen and Johansen), ``low``, ``high`` and ``at_risk``;
        each starts at month 0 and ends where fewer than three are still followed.
    """
    lines = hires(diagnosis)
    size = lines.groupby("cohort").size()
    kept = sorted(size[size >= _FEWEST].index)[-most:]
    asked = lines[lines["cohort"].isin(kept)].dropna(subset=["ramp_months", "ramped"])
    if asked.empty:
        return pd.DataFrame(columns=["cohort", "months", "ramped", "low", "high", "at_risk"])
    gone, time, reached = _RAMP
    found = reached_share(asked.assign(gone=asked[gone]), time, reached, "cohort", _CONFIDENCE)
    turned = found.rename(columns={"time": "months", "share": "ramped"})
    turned = turned[(turned["at_risk"] >= _FEWEST_SEEN) & (turned["months"] > 0)]
    starts = size[kept].rename("at_risk").rename_axis("cohort").reset_index()
    starts = starts.assign(months=0, ramped=0.0, low=np.nan, high=np.nan)
    both = pd.concat([starts, turned.astype({"months": "int64"})])
    return both.sort_values(["cohort", "months"], ignore_index=True)[turned.columns]


def ramp_fan(diagnosis: Diagnosis) -> pd.DataFrame:
    """What hires sold since hiring, of what a ramped rep did: quartiles of all who were hired.

    Whoever left counts as selling nothing from then on; without them only those who made it are
    left, and the ramp looks steeper month by month.

    Returns
    -------
    pandas.DataFrame
        ``month`` since hiring, ``lower``, ``median`` and ``upper`` (quartiles of three months'
        credit as a share of the ramped rep's), ``n`` (hires who would have had that month by the
        data's day) and ``gone`` (of them, who had left). Months with fewer than five are left out.
    """
    shares = hire_shares(diagnosis)
    grouped = shares.groupby("month")
    levels = {"lower": 0.25, "median": 0.5, "upper": 0.75}
    quartiles = {name: grouped["share"].quantile(level) for name, level in levels.items()}
    found = pd.DataFrame(quartiles).assign(n=grouped.size(), gone=grouped["gone"].sum())
    return found[found["n"] >= _FEWEST].reset_index()


def hire_shares(diagnosis: Diagnosis) -> pd.DataFrame:
    """One row a hire and month since hiring: three months' credit of the ramped rep's, or 0."""
    people, progress = hires(diagnosis), hire_progress(diagnosis)
    own = progress[progress["rep_id"].isin(people["rep_id"])].sort_values(["rep_id", "month"])
    by_rep = own.groupby("rep_id")
    sums = by_rep[["credited", "quota"]].rolling(_TRAILING).sum().droplevel(0)
    told = own.assign(share=sums["credited"] / sums["quota"], month=by_rep.cumcount() + 1)
    months = pd.DataFrame({"month": range(_TRAILING, _MONTHS + 1)})
    rows = people[["rep_id", "hired_on", "left_on"]].merge(months, how="cross")
    rows = rows.merge(told[["rep_id", "month", "share"]], on=["rep_id", "month"], how="left")
    passed = rows["month"] > rows["rep_id"].map(by_rep.size()).fillna(0)
    gone = passed & (rows["left_on"] < pd.Timestamp(diagnosis.data.as_of))
    due = rows["hired_on"] + pd.to_timedelta(rows["month"] * _MONTH, unit="D")
    rows = rows.assign(gone=gone, share=rows["share"].mask(gone, 0.0))
    return rows[due <= diagnosis.end].dropna(subset=["share"])
