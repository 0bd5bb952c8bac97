"""Lines of a verdict: one by one, and several tests together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.evidence import Evidence
from spmkit.calibration.frames import signed

VERDICT_COLUMNS = (
    *("criterion", "name", "measure", "value", "low", "high", "n", "wanted", "verdict", "note"),
)
PASS, FAIL, OPEN = "pass", "fail", "cannot tell"
NOT_DECLARED = "Not declared: policy.toml, [criteria] {}."
Line = dict[str, Any]
_SKILL_TOO = ("last year's sales", "last year's surprise")


def percent(share: float) -> str:
    """A share in whole percent.

    Examples
    --------
    >>> percent(0.6)
    '60 %'
    """
    return f"{share * 100:.0f} %"


def verdict_line(own: tuple[Any, ...], wanted: str, told: str, note: str = "") -> Line:
    """A line of the verdict, with what is wanted and a note."""
    return dict(zip(VERDICT_COLUMNS, (*own, wanted, told, note), strict=True))


def together(
    criterion: str,
    name: str,
    evidence: Evidence,
    of: Callable[[pd.DataFrame], pd.Series[bool]],
    wanted: str,
) -> Line:
    """Tests of one criterion: it passes by all of them, and fails by one, all tried considered."""
    tests = evidence.fairness[of(evidence.fairness)]
    strict = evidence.fairness if evidence.strict is None else evidence.strict
    failed = failures(strict[of(strict)])
    passed, n = int((tests["verdict"] == PASS).sum()), len(tests)
    told = FAIL if len(failed) else PASS if passed == n > 0 else OPEN
    said = [f"{row.test} {row.name_} {signed(row.effect)}" for row in _named(failed)]
    unsure = f"Of {n} tests {n - passed} are not shown to be too small to matter."
    note = f"Failed: {', '.join(said)}." if said else "" if told == PASS else unsure
    values = (passed / n if n else np.nan, np.nan, np.nan, n)
    measure = "tests passed, over all periods"
    return verdict_line((criterion, name, measure, *values), wanted, told, note)


def failures(tests: pd.DataFrame) -> pd.DataFrame:
    """The tests that fail a company.

    That who sold more last year, or more than was to be expected, attains more may be skill, which
    lasts and is no unfairness; that they attain less is one.
    """
    skilled = tests["name"].isin(_SKILL_TOO) & (tests["effect"] > 0)
    return tests[(tests["verdict"] == FAIL) & ~skilled]


def _named(tests: pd.DataFrame) -> Iterator[Any]:
    return tests.rename(columns={"name": "name_"}).itertuples(index=False)
