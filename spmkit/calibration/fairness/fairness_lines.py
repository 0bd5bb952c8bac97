"""What the tests of fairness are asked with, and the form of a line of their answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import pandas as pd

from spmkit.calibration.fairness.attained import attained_rows
from spmkit.calibration.fairness.equivalence import Effect, equivalence_verdict
from spmkit.calibration.fairness.yearly import year_changes
from spmkit.calibration.proposing.policy import Criteria

Line: TypeAlias = dict[str, Any]

LINE_COLUMNS = [
    *("test", "name", "statistic", "effect", "low", "high", "n", "reps", "margin"),
    *("verdict", "status", "note"),
]


@dataclass(frozen=True)
class FairnessEvidence:
    """What a company adds to its panel for the tests that need more than sales and quotas.

    Parameters
    ----------
    sensitive
        Columns of the panel that quotas must not follow, such as an age band; named on purpose,
        since nothing of the kind is looked for.
    skill
        A column of numbers that tells skill by other means than quota attainment.
    adjustments
        The trail of quotas that were changed by hand, as :func:`score_adjustments` takes it.
    criteria
        What is declared of the shape of attainment.

    Examples
    --------
    >>> FairnessEvidence(skill="win_rate").sensitive
    ()
    """

    sensitive: tuple[str, ...] = ()
    skill: str | None = None
    adjustments: pd.DataFrame | None = None
    criteria: Criteria = field(default_factory=Criteria)


@dataclass(frozen=True)
class Asked:
    """A panel with what is asked of it; what several tests need is made once."""

    panel: pd.DataFrame
    evidence: FairnessEvidence
    margin: float
    confidence: float

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The rows with an attainment."""
        return attained_rows(self.panel)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Years after years, a row a rep."""
        return year_changes(self.panel)

    def known(self, name: str) -> bool:
        """Whether a column is there and has a value."""
        return name in self.rows and bool(self.rows[name].notna().any())


@dataclass(frozen=True)
class Question:
    """Which test a line is of, what it is called, what is measured, and what does not matter."""

    test: str
    name: str
    statistic: str
    margin: float


def line(test: Question, effect: Effect, verdict: str | None = None, note: str = "") -> Line:
    """A line of the answer; the verdict is that of equivalence unless another is given.

    Examples
    --------
    >>> asked = Question("T1", "potential", "rank correlation", 0.3)
    >>> line(asked, Effect(0.0, -0.1, 0.1, 90, 30))["verdict"]
    'pass'
    """
    told = verdict or equivalence_verdict(effect.low, effect.high, test.margin)
    if told == "pass" and verdict is None and (effect.low > 0 or effect.high < 0):
        note = f"{note} There, but too small to matter.".strip()
    values = (effect.value, effect.low, effect.high, effect.n, effect.reps, test.margin)
    said = (told, effect.status, note)
    own = (test.test, test.name, test.statistic)
    return dict(zip(LINE_COLUMNS, (*own, *values, *said), strict=True))
