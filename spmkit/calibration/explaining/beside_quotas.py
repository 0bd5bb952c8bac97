"""Causes beside the quotas: what else explains that reps missed, or beat, quotas of any kind."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from spmkit.attainment.plans import plan_lines
from spmkit.calibration.evidence import level_bounds, own_lines, three_numbers
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
from spmkit.calibration.explaining.how_set import judged_rows, named_test
from spmkit.calibration.fairness.attained import AT_WORK
from spmkit.calibration.fairness.chance import noise_floor
from spmkit.calibration.study import Study
from spmkit.calibration.verdict_lines import failures

_TENTH = 0.1
_VACANT = 0.05  # of what is assigned


def beside_causes(study: Study) -> Iterator[Line]:
    """What hits all, or some, whatever their quotas."""
    yield _shock(study)
    yield _chance(study)
    yield _ramp(study)
    yield _regions(study)
    yield _vacant(study)
    yield _away(study)


def _shock(study: Study) -> Line:
    cause = Cause(
        "something hit all at once", "sales over what was to be expected", "where 100 % is outside"
    )
    found = three_numbers(study.evidence)
    low, high, periods = level_bounds(own_lines(study.evidence_lines), study.period)
    expected = found["expected"] if found["expected"] > 0 else np.nan
    sold = float(judged_rows(study)["credited"].sum()) / expected
    seen = Seen(sold, sold * low, sold * high, periods)
    if np.isnan(seen.low):
        return cause_line(cause, seen, OPEN, "Needs expectations of three other periods.")
    told = NO if seen.low <= 1 <= seen.high else YES
    return cause_line(cause, seen, told, "As far off as sums of other periods were.")


def _chance(study: Study) -> Line:
    most = study.policy.criteria.noise_floor
    cause = Cause("chance", "spread over that of chance alone", f"up to {most:g}", "number")
    row = noise_floor(study.panel, most)
    seen = measured(row, "ratio")
    told = {"pass": YES, "fail": NO}.get(str(row["verdict"]), OPEN)
    note = "" if row["status"] == "ok" else str(row["status"])
    return cause_line(cause, seen, told, note or "No quota takes the spread of chance away.")


def _ramp(study: Study) -> Line:
    cause = Cause("new hires", "attainment of ramping reps on the others'", "below −10 %")
    seen = measured(named_test(study, "T3", "ramping against ramped"))
    value, low, high = np.expm1([seen.value, seen.low, seen.high]).tolist()
    ends = Seen(value, low, high, seen.n)
    told = found_above(Seen(-ends.value, -ends.high, -ends.low), _TENTH)
    note = "" if np.isfinite(seen.value) else "Needs eight reps who ramp, with their dates of hire."
    return cause_line(cause, ends, told, note)


def _regions(study: Study) -> Line:
    cause = Cause(
        "some regions against others", "differences that lie between regions", "above 10 %"
    )
    row = named_test(study, "T4", "region")
    seen = measured(row)
    margin = float(row["margin"]) if row else np.nan
    gaps = failures(study.strict)
    names = gaps.loc[gaps["name"].str.startswith("region "), "name"]
    note = (
        f"Apart: {', '.join(name.removeprefix('region ') for name in names)}." if len(names) else ""
    )
    note = note if np.isfinite(seen.value) else "Needs the regions of reps."
    return cause_line(cause, seen, found_above(seen, margin), note)


def _vacant(study: Study) -> Line:
    cause = Cause("vacant seats", "quota on seats without a rep", "above 5 %")
    plans = plan_lines(study.data, study.period)
    whole = plans[plans["level"] == "company"]
    if whole.empty or not whole["assigned"].sum() > 0:
        return cause_line(cause, Seen(), OPEN, "Needs a quota line of level company.")
    share = float(whole["vacant"].sum() / whole["assigned"].sum())
    seen = Seen(share, n=len(judged_rows(study)), counted=True)
    return cause_line(cause, seen, found_above(seen, _VACANT))


def _away(study: Study) -> Line:
    cause = Cause("reps away from work", "reps there less than 80 % of the days", "above 10 %")
    now = judged_rows(study)
    seen = counted(int((now["present"] < AT_WORK).sum()), len(now))
    return cause_line(cause, seen, found_above(seen, _TENTH))
