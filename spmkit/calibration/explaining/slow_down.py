"""Whether reps who are ahead of quota sell less in what is left of the period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from spmkit.attainment.progress import credit_progress
from spmkit.calibration.expecting.history import RAMPED_AFTER
from spmkit.calibration.fairness.attained import AT_WORK, attained_rows
from spmkit.calibration.fairness.clustered import clustered_regression
from spmkit.calibration.fairness.equivalence import FEWEST_REPS
from spmkit.calibration.fairness.group_gaps import GAP_MARGIN
from spmkit.data import SalesData

_COLUMNS = ["label", "effect", "low", "high", "ahead", "n", "reps", "verdict", "status"]
_OTHERS = 4  # periods of the same rep that tell what is usual
_SPAN = ["rep_id", "span"]


def slow_down(panel: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """The sales of what is left of a year or period, of reps ahead of quota against all others.

    What is usual is told by the rep's other periods, none of the same year or period. Within a
    period reps are compared who had sold as much of it by then: who has more closed early, by
    luck, has less left to close, ahead of quota or not, and what differs between them is the
    quota. Between the periods of a year nothing is taken off, and a rise that lasts, of reps who
    are ahead for it, hides a slow-down.

    Parameters
    ----------
    panel
        A row a rep and period, as ``quota_panel`` gives it.
    parts
        ``rep_id``, ``period`` and ``first``: what was credited in the first two thirds of the days.

    Returns
    -------
    pandas.DataFrame
        A row a question: ``label`` (of the last period of the year: who was ahead before it; of the
        last third of a period: who was ahead, or past quota, by then), ``effect`` (by what part of
        usual sales the ahead sell more), ``low`` and ``high`` (95 %), ``ahead`` and ``n`` (reps
        and years or periods), ``reps``, ``verdict`` (``fail``: they sell at least a tenth less;
        ``pass``: they do not; ``cannot tell``) and ``status``.

    Examples
    --------
    >>> panel = pd.DataFrame({"period": "2026", "step": 0, "season": 1, "rep_id": [*"ab"],
    ...     "quota": 100.0, "credited": 90.0})
    >>> parts = pd.DataFrame({"rep_id": [*"ab"], "period": "2026", "first": 60.0})
    >>> slow_down(panel, parts)[["label", "status"]].values.tolist()[-1]
    ['last third, past quota', 'insufficient n']

    References
    ----------
    Bouwens and Kroos 2011, doi 10.1016/j.jacceco.2010.09.006 (managers ahead after three quarters
    sell less in the fourth).
    """
    rows = _settled(panel)
    years, periods = _years(rows), _periods(rows, parts)
    asked = [
        ("last period of the year", years, _on_pace(years)),
        ("last third of a period", periods, _on_pace(periods)),
        ("last third, past quota", periods, periods["first"] >= periods["quota"]),
    ]
    lines = [{"label": label, **_gap(spans, ahead)} for label, spans, ahead in asked]
    return pd.DataFrame(lines, columns=_COLUMNS)


def _settled(panel: pd.DataFrame) -> pd.DataFrame:
    """Ramped reps at work, with how much of the mean rep's sales each sold."""
    rows = attained_rows(panel)
    at_work = rows.get("present", pd.Series(1.0, index=rows.index)).fillna(1.0) >= AT_WORK
    tenure = rows.get("tenure_periods", pd.Series(np.nan, index=rows.index))
    rows = rows[at_work & ~(tenure < RAMPED_AFTER)]
    mean = rows.groupby("step")["credited"].transform("mean")
    return rows.assign(level=rows["credited"] / mean.where(mean > 0), span=rows["step"])


def _years(rows: pd.DataFrame) -> pd.DataFrame:
    """Each rep's whole fiscal years: what came before the last period, and in it."""
    cycle = int(rows["season"].max()) if len(rows) else 1
    rows = rows.assign(span=rows["year"], last=rows["credited"].where(rows["season"] == cycle))
    found = rows.groupby(_SPAN, as_index=False).agg(
        periods=("step", "size"),
        credited=("credited", "sum"),
        quota=("quota", "sum"),
        last=("last", "sum"),
        level=("level", "sum"),
    )
    whole = found[(found["periods"] == cycle) & (cycle > 1)]
    return _with_usual(whole.assign(first=whole["credited"] - whole["last"]), rows)


def _periods(rows: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Each rep's periods: what came in the first two thirds of the days, and after them."""
    found = rows.merge(parts[["rep_id", "period", "first"]], on=["rep_id", "period"], how="left")
    found = found.assign(first=found["first"].fillna(0.0), periods=1)
    return _with_usual(found.assign(last=found["credited"] - found["first"]), rows)


def _with_usual(spans: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """What each rep would usually sell in the last part: the mean rep's times the own level."""
    known = rows.groupby("rep_id")["level"].agg(["sum", "count"])
    own = known.reindex(spans["rep_id"]).set_axis(spans.index)
    others = own["count"] - spans["periods"]
    level = (own["sum"] - spans["level"]) / others.where(others >= _OTHERS)
    means = spans.groupby("span")[["first", "last"]].transform("mean")
    found = spans.assign(level=level, mean_first=means["first"], mean_last=means["last"])
    found = found.assign(usual=level * means["last"])
    return found[(found["usual"] > 0) & (found["mean_first"] > 0)].reset_index(drop=True)


def _on_pace(spans: pd.DataFrame) -> pd.Series[bool]:
    """Who has as much of quota as everybody's sales would have by then, were quota just reached."""
    sums = spans.groupby("span")[["first", "last"]].transform("sum")
    return spans["first"] >= spans["quota"] * sums["first"] / (sums["first"] + sums["last"])


def _gap(spans: pd.DataFrame, ahead: pd.Series[bool]) -> dict[str, Any]:
    rep, names = pd.factorize(spans["rep_id"])
    told = {"ahead": int(ahead.sum()), "n": len(spans), "reps": len(names)}
    both = min(spans.loc[side, "rep_id"].nunique() for side in (ahead, ~ahead))
    if both < FEWEST_REPS:
        nothing = dict.fromkeys(("effect", "low", "high"), np.nan)
        return {**nothing, **told, "verdict": "cannot tell", "status": "insufficient n"}
    early = (spans["first"] / (spans["level"] * spans["mean_first"])).where(spans["periods"] == 1)
    held = [early] if early.notna().all() else []
    weight = np.sqrt((spans["usual"] / spans["mean_last"]).to_numpy("float64"))
    design = np.column_stack([ahead, np.ones(len(spans)), *held]) * weight[:, None]
    later = (spans["last"] / spans["usual"]).to_numpy("float64") * weight
    fit = clustered_regression(later, design.astype("float64"), rep)
    effect, low, high, _ = fit.told([1.0], 0.95)
    ends = {"effect": effect, "low": low, "high": high}
    return {**ends, **told, "verdict": _verdict(low, high), "status": "ok"}


def _verdict(low: float, high: float) -> str:
    """More than a tenth less, by the whole interval: what is usual is known with errors.

    These alone make a few points. Selling more when ahead is no fault.
    """
    if low > -GAP_MARGIN:
        return "pass"
    return "fail" if high < -GAP_MARGIN else "cannot tell"


def early_credit(data: SalesData, labels: Sequence[str]) -> pd.DataFrame:
    """What each rep was credited in the first two thirds of the days of each period.

    Parameters
    ----------
    data
        An open source.
    labels
        Of the periods.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``period`` and ``first``; a rep with nothing by then has no row.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": "won", "closed_on": ["2026-07-01", "2026-09-20"],
    ...         "amount": [60.0, 50.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> early_credit(data, ["2026Q3"]).values.tolist()
    [['ada', '2026Q3', 60.0]]
    """
    periods = [data.calendar.period(label) for label in labels]
    last = {one.label: pd.Timestamp(one.start + (one.end - one.start) * 2 / 3) for one in periods}
    daily = credit_progress(data, list(labels))
    early = daily[daily["credited_on"] <= daily["period"].map(last).astype("datetime64[s]")]
    sums = early.groupby(["rep_id", "period"])["credited"].sum()
    return sums.rename("first").reset_index()
