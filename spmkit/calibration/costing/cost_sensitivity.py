"""What moves the cost of quotas most: spread, over-assignment, accelerator, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import pandas as pd

from spmkit.calibration.costing.common_shock import CommonShock, assumed_shock
from spmkit.calibration.costing.cost import payout_cost
from spmkit.calibration.costing.pay_curve import PayCurve
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.proposing.policy_checks import refuse_number
from spmkit.intervals import Floats

Case: TypeAlias = tuple[Expectation, Floats, PayCurve, CommonShock]
_COLUMNS = (
    *("part", "low", "high", "expected", "p90", "expected_low", "p90_low", "expected_high"),
    *("p90_high", "swing", "p90_swing"),
)


@dataclass(frozen=True)
class Steps:
    """How far each part is moved down and up, as a share of what it is.

    Parameters
    ----------
    spread
        How far sales come off what is expected.
    over_assignment
        All quotas alike, at the same expectation.
    accelerator
        What is paid beyond quota.

    Examples
    --------
    >>> Steps(spread=0.5).over_assignment
    0.1
    """

    spread: float = 0.2
    over_assignment: float = 0.1
    accelerator: float = 0.25

    def __post_init__(self) -> None:
        for name in ("spread", "over_assignment", "accelerator"):
            refuse_number(name, getattr(self, name), 0, 0.99, "0.2 for 20 % down and up")


def cost_sensitivity(
    expectation: Expectation,
    quotas: Floats,
    curve: PayCurve,
    shock: CommonShock,
    steps: Steps | None = None,
) -> pd.DataFrame:
    """Move one part at a time down and up, and see what that does to the cost.

    Parameters
    ----------
    expectation, quotas, curve, shock
        As :func:`payout_cost` takes them.
    steps
        How far each is moved; the common shock goes to its bounds.

    Returns
    -------
    pandas.DataFrame
        ``part``, ``low`` and ``high`` (the part as a multiple of what it is; of the common shock
        the shock itself), ``expected`` and ``p90`` as it is, ``expected_low``, ``expected_high``,
        ``p90_low``, ``p90_high`` (at low and high), ``swing`` and ``p90_swing`` (between the two
        costs); the part that moves the expected cost most first.

    Examples
    --------
    >>> import numpy as np
    >>> seats = pd.DataFrame({"expected": [100.0], "spread": [20.0], "target_pay": [10.0]})
    >>> ahead = Expectation(seats, np.linspace(-2, 2, 41))
    >>> curve = PayCurve(tiers=((1.0, 2.0),))
    >>> found = cost_sensitivity(ahead, np.array([100.0]), curve, assumed_shock(0.1))
    >>> found[["part", "expected_low", "expected_high"]].round(1).values.tolist()
    [['over-assignment', 12.9, 9.6], ['accelerator', 10.5, 11.5], ['spread', 10.8, 11.2],
    ['common shock', 11.0, 11.0]]
    """
    base = (expectation, quotas, curve, shock)
    expected, bad = _priced(base)
    rows = []
    for part, (low, high), cases in _moved(base, steps or Steps()):
        lower, higher = (_priced(case) for case in cases)
        swings = (abs(higher[0] - lower[0]), abs(higher[1] - lower[1]))
        rows.append((part, low, high, expected, bad, *lower, *higher, *swings))
    found = pd.DataFrame(rows, columns=list(_COLUMNS))
    return found.sort_values(["swing", "p90_swing"], ascending=False, ignore_index=True)


def _priced(case: Case) -> tuple[float, float]:
    found = payout_cost(*case)
    return found.fact("expected cost"), found.fact("P90")


def _moved(
    base: Case, steps: Steps
) -> Iterator[tuple[str, tuple[float, float], tuple[Case, Case]]]:
    """Each part with what it is moved to, and the case of each."""
    ahead, quotas, curve, shock = base
    low, high = 1 - steps.spread, 1 + steps.spread
    yield (
        "spread",
        (low, high),
        ((_spread(ahead, low), *base[1:]), (_spread(ahead, high), *base[1:])),
    )
    low, high = 1 - steps.over_assignment, 1 + steps.over_assignment
    yield (
        "over-assignment",
        (low, high),
        ((ahead, quotas * low, curve, shock), (ahead, quotas * high, curve, shock)),
    )
    low, high = 1 - steps.accelerator, 1 + steps.accelerator
    slow, fast = curve.accelerated(low), curve.accelerated(high)
    yield "accelerator", (low, high), ((ahead, quotas, slow, shock), (ahead, quotas, fast, shock))
    if shock.known:
        weak, strong = assumed_shock(shock.low), assumed_shock(shock.high)
        cases = ((*base[:3], weak), (*base[:3], strong))
        yield "common shock", (shock.low, shock.high), cases


def _spread(ahead: Expectation, factor: float) -> Expectation:
    return replace(ahead, seats=ahead.seats.assign(spread=ahead.seats["spread"] * factor))
