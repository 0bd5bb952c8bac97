"""Back-test: every method sets the quotas of past periods from what was known before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.calibration.expecting.errors import Errors, errors_of
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.expecting.history import History
from spmkit.calibration.expecting.methods import Method, methods
from spmkit.intervals import Floats

FEWEST_PERIODS = 4
"""Periods before the first one for which anything is expected."""
_KEPT = ["period", "step", "rep_id", "territory_id", "potential", "tenure_periods", "credited"]
_TOLD = ("spread", "low", "high", "quota_at", "quota", "probability", "issued_probability")
_GROWTH = 0.05


@dataclass(frozen=True)
class Backtest:
    """What each method would have set, and what came of it.

    Parameters
    ----------
    lines
        A row a method, rep and period: ``method``, ``period``, ``step``, ``rep_id``,
        ``territory_id``, ``potential``, ``tenure_periods``, ``credited``, ``issued`` (the
        company's quota), ``expected``, ``spread``, ``low``, ``high`` (80 % range), ``quota_at``
        (reached with the probability that was asked for), ``quota`` (the same goal for every
        method: of the simple ones and of the company in proportion to what they say, of the
        others at one common probability), ``probability`` (of reaching it) and
        ``issued_probability`` (of reaching the company's own quota).
    choices
        The variant of each method that the periods before spoke for: ``method``, ``period``,
        ``variant``.
    goals
        ``period``, ``goal`` and ``basis``: whose sum every method's quotas have.
    """

    lines: pd.DataFrame
    choices: pd.DataFrame
    goals: pd.DataFrame


def backtest(
    panel: pd.DataFrame,
    competing: Sequence[Method] | None = None,
    *,
    probability: float = 0.6,
    first: int | None = None,
    between: int = 0,
) -> Backtest:
    """Let every method set the quotas of past periods, each knowing only what was before.

    In each period: expectations from the past alone; of a method with settings
    the one that would have allotted best so far; level, spread and errors from
    the method's own expectations of the periods before; then quotas that sum,
    for every method, to what the company asked for (where it asked nothing of
    some, to the last year plus 5 %).

    Parameters
    ----------
    panel
        As :func:`quota_panel` gives it, without a period ahead.
    competing
        The methods; None takes all of :func:`methods`.
    probability
        That with which ``quota_at`` is to be reached.
    first
        The first step that is scored; None leaves half of the periods, 12 at most, before it.
    between
        How many periods lie between the last one that is known and the one whose quotas are set:
        what is further off is known less well.

    Raises
    ------
    ValueError
        Where fewer than six periods are given, and those between.

    Examples
    --------
    >>> from spmkit.calibration.expecting.simulator import World, simulated
    >>> found = backtest(simulated(World(reps=30, quarters=10)).panel)
    >>> found.goals["period"].tolist()
    ['2021Q2', '2021Q3', '2021Q4', '2022Q1', '2022Q2']
    """
    panel = panel[panel["credited"].notna()].reset_index(drop=True)
    steps = int(panel["step"].max()) + 1 if len(panel) else 0
    start = first_scored(steps, between) if first is None else first
    if steps <= start:
        raise ValueError(
            f"{steps} periods are too few for a back-test: it needs at least "
            f"{FEWEST_PERIODS + 2 + between}, quotas or not."
        )
    goals = _goals(panel, range(start, steps))
    lines, choices = [], []
    for method in methods(panel) if competing is None else competing:
        tried = expectations(panel, method, between)
        for step in range(start, steps):
            variant = chosen(panel, tried, step - between)
            choices.append((method.name, step, variant))
            goal = float(goals["goal"][step])
            asked = _Asked(goal, probability, method.proportional, step - between)
            lines.append(_line(panel, tried[variant], step, asked).assign(method=method.name))
    labels = panel.drop_duplicates("step").set_index("step")["period"]
    picked = pd.DataFrame(choices, columns=["method", "step", "variant"])
    picked = picked.assign(period=picked["step"].map(labels))[["method", "period", "variant"]]
    return Backtest(pd.concat(lines, ignore_index=True), picked, goals.reset_index(drop=True))


def first_scored(steps: int, between: int = 0) -> int:
    """The first period that a back-test scores: half of them stand before it, 12 at most.

    The errors of the periods before it must be known where its own expectation is made.
    """
    return max(FEWEST_PERIODS + 1 + 2 * between, min(12, steps // 2))


def expectations(panel: pd.DataFrame, method: Method, between: int = 0) -> pd.DataFrame:
    """What each variant of a method expected of every row, from the periods before it alone."""
    found = pd.DataFrame(np.nan, index=panel.index, columns=list(method.variants), dtype="float64")
    for step in range(FEWEST_PERIODS + between, int(panel["step"].max()) + 1):
        history = History(panel, step, between)
        if len(history.ahead) and len(history.past) and history.past["credited"].sum() > 0:
            for variant, expecting in method.variants.items():
                rows = np.flatnonzero(panel["step"] == step)
                expected = np.where(history.ahead["present"] > 0, expecting(history), np.nan)
                found.iloc[rows, list(found).index(variant)] = expected
    return found


def chosen(panel: pd.DataFrame, tried: pd.DataFrame, step: int) -> str:
    """The variant whose expectations, at the right sum, missed least in the periods before."""
    before = panel[(panel["step"] < step) & (panel["step"] >= FEWEST_PERIODS)]
    missed = {name: _missed(before, tried[str(name)][before.index]) for name in tried}
    return str(min(missed, key=lambda name: missed[name]))


def _missed(rows: pd.DataFrame, expected: pd.Series[float]) -> float:
    """Absolute misses of expectations that sum to what was sold, over all periods."""
    known = expected.notna()
    rows, expected = rows[known], expected[known]
    sums = (
        pd.DataFrame({"sold": rows["credited"], "expected": expected}).groupby(rows["step"]).sum()
    )
    scale = rows["step"].map(sums["sold"] / sums["expected"].where(sums["expected"] > 0))
    return float((scale * expected - rows["credited"]).abs().sum())


def learnt(panel: pd.DataFrame, expected: pd.Series[float], step: int) -> Errors | None:
    """What a method's expectations of the periods before a step teach."""
    before = (panel["step"] < step) & expected.notna()
    sold = np.asarray(panel.loc[before, "credited"], "float64")
    steps = np.asarray(panel.loc[before, "step"], "float64")
    return errors_of(np.asarray(expected[before], "float64"), sold, steps)


@dataclass(frozen=True)
class _Asked:
    """What the quotas of a period sum to, with which probability, how they are shared out.

    ``until`` is the first step that is not known when they are set.
    """

    goal: float
    probability: float
    proportional: bool
    until: int


def _line(
    panel: pd.DataFrame, expected: pd.Series[float], step: int, asked: _Asked
) -> pd.DataFrame:
    rows = panel.loc[panel["step"] == step, [*_KEPT, "quota"]].rename(columns={"quota": "issued"})
    expectation = np.asarray(expected[rows.index], "float64")
    errors = learnt(panel, expected, asked.until)
    nothing = np.full(len(rows), np.nan)
    blank = dict.fromkeys(_TOLD, nothing)
    if errors is None:
        return rows.assign(expected=expectation, **blank)
    known = expectation > 0
    spread = errors.spread(expectation)
    seats = pd.DataFrame({"expected": errors.expected(expectation), "spread": spread})
    ahead = Expectation(seats[known], errors.sizes)
    low, high = ahead.interval()
    quota = to_goal(ahead, asked)
    values = (low, high, ahead.quota_at(asked.probability), quota, ahead.probability(quota))
    issued = ahead.probability(np.asarray(rows["issued"], "float64")[known])
    told = zip(_TOLD[1:], (*values, issued), strict=True)
    filled = {name: _filled(known, value) for name, value in told}
    return rows.assign(expected=seats["expected"].to_numpy(), spread=spread, **filled)


def to_goal(ahead: Expectation, asked: _Asked) -> Floats:
    """The quotas that sum to a goal: in proportion, or at one common probability."""
    from scipy.optimize import brentq

    goal = asked.goal

    def over(place: float) -> float:
        return float(ahead.quota_at(place).sum() - goal)

    if asked.proportional or not over(1.0) < 0 < over(0.0):  # or beyond all that ever happened
        quota = ahead.seats["expected"].to_numpy("float64")
    else:
        quota = ahead.quota_at(float(brentq(over, 0.0, 1.0)))
    return np.asarray(quota * (goal / quota.sum()), "float64")


def _filled(known: NDArray[np.bool_], values: Floats) -> Floats:
    found = np.full(len(known), np.nan)
    found[known] = values
    return found


def _goals(panel: pd.DataFrame, steps: Sequence[int]) -> pd.DataFrame:
    rows = []
    for step in steps:
        now = panel[panel["step"] == step]
        issued = now["quota"].sum(min_count=1) if now["quota"].notna().all() else np.nan
        before = panel[panel["step"] == step - int(panel["season"].max())]["credited"].sum()
        grown = before * (1 + _GROWTH)
        goal, basis = (grown, "last year plus 5 %") if np.isnan(issued) else (issued, "as issued")
        if not goal > 0:
            goal, basis = now["credited"].sum(), "as sold"
        rows.append({"step": step, "period": now["period"].iloc[0], "goal": goal, "basis": basis})
    return pd.DataFrame(rows).set_index("step")
