"""Causes in the way in which quotas were set, each measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.attainment.booked import credited_opportunities
from spmkit.attainment.plans import quota_releases
from spmkit.calibration.evidence import Evidence, three_numbers
from spmkit.calibration.explaining.cause_lines import (
    NO,
    OPEN,
    YES,
    Cause,
    Line,
    Seen,
    cause_line,
    counted,
    found_above,
    measured,
)
from spmkit.calibration.fairness.given import ELASTICITY_MARGIN
from spmkit.calibration.frames import elasticities
from spmkit.calibration.study import Study
from spmkit.data import DataError
from spmkit.data.quality import to_pandas
from spmkit.redraws import redrawn_interval
from spmkit.units import whole_percent

_ALIKE = 0.02  # points about the middle change: a growth rate for all, on a grid
_MOST = 0.5  # of the quotas
_TENTH = 0.1
_CREDITED = 1.05  # of what was booked: splits that add up to more credit a sale twice
_WHOLE = 0.999  # of a period at work


def set_causes(study: Study) -> Iterator[Line]:
    """The known ways to poor quotas, in the order in which they are named most.

    References
    ----------
    Alexander Group, quotas diagnostics and solutions: last year plus a tenth for all, late release,
    from the top alone, over-allocation, double crediting, favourites, no potential.
    """
    yield same_growth(study)
    yield _luck(study)
    yield late_release(study)
    yield _beyond_sales(study)
    yield from_the_top(study)
    yield double_credit(study)
    yield _favourites(study)
    yield _no_potential(study)
    yield _size(study)


def judged_rows(study: Study) -> pd.DataFrame:
    """The reps with a quota above zero in the period that is judged."""
    return Evidence(study.panel, study.period, None, pd.DataFrame()).now


def same_growth(study: Study) -> Line:
    """Whether most quotas changed by one rate on the same part of the year before."""
    cause = Cause("one growth rate for all", "quotas that changed as the middle one", "above 50 %")
    changes = _year_on_year(study)
    if len(changes) < 2:
        return cause_line(cause, Seen(), OPEN, "Needs quotas of the same part of the year before.")
    middle = float(np.median(changes))
    seen = counted(int((np.abs(changes - middle) <= _ALIKE).sum()), len(changes))
    side = "more" if middle >= 0 else "less"
    note = f"Within 2 points of {whole_percent(abs(middle))} {side} than the year before."
    return cause_line(cause, seen, found_above(seen, _MOST), note)


def _year_on_year(study: Study) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """By how much the quotas changed, of reps who were there throughout both periods."""
    panel, now = study.panel, judged_rows(study)
    before = panel[panel["step"] == now["step"].max() - int(panel["season"].max())]
    both = now.merge(before[before["quota"] > 0], on="rep_id", suffixes=("", "_before"))
    both = both[(both["present"] > _WHOLE) & (both["present_before"] > _WHOLE)]
    return np.asarray(both["quota"] / both["quota_before"] - 1, "float64")


def named_test(study: Study, test: str, name: str) -> Mapping[Any, Any] | None:
    """A test of fairness by its name; None where it was not made."""
    rows = study.fairness[(study.fairness["test"] == test) & (study.fairness["name"] == name)]
    return next(iter(rows.to_dict("records")), None)


def _luck(study: Study) -> Line:
    cause = Cause(
        "last year's luck asked again", "of a year's surprise, in the next quota", "above 30 %"
    )
    row = named_test(study, "T8", "next quota on last year's surprise")
    seen = measured(row)
    margin = float(row["margin"]) if row else np.nan
    note = "" if np.isfinite(seen.value) else "Needs three years of the same reps."
    return cause_line(cause, seen, found_above(seen, margin), note)


def late_release(study: Study) -> Line:
    """Whether quotas came out after their first day."""
    cause = Cause("late release", "quotas that came out after the first day", "above 10 %")
    try:
        days = quota_releases(study.data, study.period)["lead_days"].dropna()
    except DataError as error:
        return cause_line(cause, Seen(), OPEN, str(error))
    seen = counted(int((days < 0).sum()), len(days))
    late = -days[days < 0]
    note = f"In the middle {late.median():.0f} days late." if len(late) else ""
    return cause_line(cause, seen, found_above(seen, _TENTH), note)


def _beyond_sales(study: Study) -> Line:
    cause = Cause("more asked than can be sold", "quotas over expected sales", "above 100 %")
    found = three_numbers(study.evidence)
    seen = Seen(found["coverage"], found["low"], found["high"], found["periods"])
    over = found["over_assignment"]
    side = "over" if over >= 0 else "below"
    note = "" if np.isnan(over) else f"Quotas are {whole_percent(abs(over))} {side} the plan."
    note = note if np.isfinite(seen.value) else "The past is too short to know what to expect."
    return cause_line(cause, seen, found_above(seen, 1.0), note)


def from_the_top(study: Study) -> Line:
    """Whether anybody below was heard: what a log says was asked for."""
    cause = Cause(
        "from the top alone", "quotas that anybody below asked to change", "where none is"
    )
    if study.adjustments is None:
        note = "Needs a log of what was asked for: adjustments.csv."
        return cause_line(cause, Seen(), OPEN, note)
    asked = study.adjustments[study.adjustments["period"] == study.period]
    reps = len(judged_rows(study))
    seen = counted(min(len(asked), reps), reps)
    note = f"{len(asked):,} lines of the log are of {study.period}."
    return cause_line(cause, seen, NO if len(asked) else YES, note)


def double_credit(study: Study) -> Line:
    """Whether more is credited than was booked, overlays aside."""
    cause = Cause("sales credited twice", "credit over what was booked", "above 105 %")
    try:
        found = nw.from_native(credited_opportunities(study.data, study.period)).lazy()
    except DataError as error:
        return cause_line(cause, Seen(), OPEN, str(error))
    rows = to_pandas(found).dropna(subset=["booked", "credited"])
    rows = rows.assign(credited=rows["credited"] - rows["overlay_credited"].fillna(0.0))
    given, booked = (rows[name].to_numpy("float64") for name in ("credited", "booked"))
    if not booked.sum() > 0:
        return cause_line(cause, Seen(), OPEN, "Nothing was booked.")
    rep, reps = pd.factorize(rows["rep_id"])
    sums = [np.bincount(rep[rep >= 0], one[rep >= 0], len(reps)) for one in (given, booked)]
    ends = redrawn_interval(lambda counts: (counts @ sums[0]) / (counts @ sums[1]), len(reps))
    seen = Seen(float(given.sum() / booked.sum()), *ends, len(rows))
    return cause_line(
        cause,
        seen,
        found_above(seen, _CREDITED),
        "Without overlays, which have quotas of their own.",
    )


def _favourites(study: Study) -> Line:
    name = "last year's sales"
    cause = Cause("easier for the strong", f"attainment with {name}", "above +0.3", "number")
    row = named_test(study, "T2", name)
    seen = measured(row)
    margin = float(row["margin"]) if row else np.nan
    note = "Rank correlation; skill that lasts makes one too."
    note = note if np.isfinite(seen.value) else "Needs two years of reps on one territory."
    return cause_line(cause, seen, found_above(seen, margin), note)


def _no_potential(study: Study) -> Line:
    cause = Cause("no potential known", "reps whose territory has none", "above 10 %")
    now = judged_rows(study)
    seen = counted(int((~(now["potential"] > 0)).sum()), len(now))
    return cause_line(cause, seen, found_above(seen, _TENTH))


def _size(study: Study) -> Line:
    cause = Cause(
        "large patches asked otherwise",
        "slope of quotas less that of sales",
        "beyond ±0.15",
        "number",
    )
    slopes = elasticities(study.panel, study.period)
    row = slopes[slopes["of"] == "difference"].to_dict("records")[0]
    seen = measured(row, "slope")
    if np.isnan(seen.value):
        return cause_line(cause, seen, OPEN, "Needs the potential of five territories.")
    found = YES if seen.low > ELASTICITY_MARGIN or seen.high < -ELASTICITY_MARGIN else OPEN
    within = seen.low > -ELASTICITY_MARGIN and seen.high < ELASTICITY_MARGIN
    return cause_line(cause, seen, NO if within else found, "On one percent of potential.")
