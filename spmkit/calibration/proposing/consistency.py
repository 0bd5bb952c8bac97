"""Whether what a company declares of its quotas can hold together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite, nan
from typing import TypeAlias

from spmkit.calibration.proposing.arithmetic import (
    implied_coverage,
    implied_participation,
    implied_spreads,
)
from spmkit.units import whole_percent

Said: TypeAlias = float | None
_NAMES = ("participation", "over_assignment", "spread", "sales_to_plan")


@dataclass(frozen=True)
class Consistency:
    """What was declared, what follows from it, and whether it can hold together.

    Parameters
    ----------
    participation, over_assignment, spread, sales_to_plan, coverage
        As declared, else as it follows; null where neither.
    follows
        The names of what follows.
    at_declared
        The participation that the other three give; null unless they are known.
    verdict
        ``pass`` (all four agree), ``fail`` (they cannot hold together) or ``cannot tell`` (one is
        not declared: the sentence says what it would have to be).
    sentence
        The same in words.
    """

    participation: float
    over_assignment: float
    spread: float
    sales_to_plan: float
    coverage: float
    follows: tuple[str, ...]
    at_declared: float
    verdict: str
    sentence: str


def policy_consistency(
    participation: Said = None,
    over_assignment: Said = None,
    spread: Said = None,
    sales_to_plan: Said = None,
    *,
    tolerance: float = 0.02,
) -> Consistency:
    """Say what follows from a declared quota policy, and whether it can hold together.

    That 60 % of reps reach quota and that quotas exceed the plan by 15 % go together only where
    sales are expected to exceed the plan by still more. Of the four numbers any three give the
    fourth; with all four the participation is held against what the other three give.

    Parameters
    ----------
    participation
        The share of reps that is to reach quota.
    over_assignment
        How far the reps' quotas together exceed the plan: 0.15 for 15 %.
    spread
        Standard deviation of the logarithm of attainment, as the past shows it.
    sales_to_plan
        Expected sales as a share of the plan, of a forecast that knows no plan.
    tolerance
        How far participation may be off what follows.

    Returns
    -------
    Consistency
        The four and the coverage, a verdict, and a sentence.

    Raises
    ------
    ValueError
        Where a number cannot be one, such as a participation of 60.

    Examples
    --------
    >>> policy_consistency(0.6, over_assignment=0.15, spread=0.3).sentence
    '60 % at quota and quotas 15 % over plan need sales of 130 % of plan to be expected at a
    spread of 0.30.'
    >>> found = policy_consistency(0.6, over_assignment=0.15, spread=0.3, sales_to_plan=1.0)
    >>> found.verdict, round(found.at_declared, 2)
    ('fail', 0.27)

    References
    ----------
    Closed form of the log-normal distribution; Alexander Group, quotas: causes of bad ones.
    """
    declared = (participation, over_assignment, spread, sales_to_plan)
    _refuse(dict(zip(_NAMES, declared, strict=True)), tolerance)
    share, over, apart, sales = (nan if value is None else float(value) for value in declared)
    level = (1 + over) / sales
    start = Consistency(share, over, apart, sales, level, (), nan, "cannot tell", "")
    missing = [name for name, value in zip(_NAMES, declared, strict=True) if value is None]
    if not missing:
        return _held(start, tolerance)
    return _followed(start, missing[0]) if len(missing) == 1 else _little(start)


def _refuse(declared: dict[str, Said], tolerance: float) -> None:
    share, over = declared["participation"], declared["over_assignment"]
    if share is not None and not 0 < share < 1:
        raise ValueError(f"participation is {share}; write a share, such as 0.6 for 60 %.")
    if over is not None and not (isfinite(over) and over > -1):
        raise ValueError(f"over_assignment is {over}; write a share, such as 0.15 for 15 %.")
    for name in ("spread", "sales_to_plan"):
        value = declared[name]
        if value is not None and not (isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value}; write a number above zero, such as 0.3 or 1.1.")
    if not 0 <= tolerance < 1:
        raise ValueError(f"tolerance is {tolerance}; write a share, such as 0.02 for 2 points.")


def _held(policy: Consistency, tolerance: float) -> Consistency:
    """All four are declared: hold participation against what the others give."""
    given = implied_participation(policy.coverage, policy.spread)
    holds = abs(given - policy.participation) <= tolerance
    needed = (1 + policy.over_assignment) / implied_coverage(policy.participation, policy.spread)
    if holds:
        sentence = f"{_put(policy, given)}, as declared ({whole_percent(policy.participation)})."
    else:
        sentence = (
            f"{_put(policy, given)}, not {whole_percent(policy.participation)}: that needs "
            f"sales of {whole_percent(needed)} of plan to be expected."
        )
    verdict = "pass" if holds else "fail"
    return replace(policy, at_declared=given, verdict=verdict, sentence=sentence)


def _followed(policy: Consistency, name: str) -> Consistency:
    """Three are declared: the fourth follows, but for a spread that need not exist."""
    ways = {
        "participation": _participation,
        "over_assignment": _over_assignment,
        "spread": _spread,
        "sales_to_plan": _sales,
    }
    return ways[name](policy)


def _participation(policy: Consistency) -> Consistency:
    given = implied_participation(policy.coverage, policy.spread)
    sentence = f"{_put(policy, given)}."
    follows = ("coverage", "participation")
    return replace(
        policy, participation=given, at_declared=given, follows=follows, sentence=sentence
    )


def _over_assignment(policy: Consistency) -> Consistency:
    coverage = implied_coverage(policy.participation, policy.spread)
    found = replace(policy, coverage=coverage, over_assignment=coverage * policy.sales_to_plan - 1)
    sentence = (
        f"{_reached(policy)} at a spread of {policy.spread:.2f} allow "
        f"quotas {_over(found)} where {_sold(policy)} are "
        "expected."
    )
    return replace(found, follows=("coverage", "over_assignment"), sentence=sentence)


def _sales(policy: Consistency) -> Consistency:
    coverage = implied_coverage(policy.participation, policy.spread)
    value = (1 + policy.over_assignment) / coverage
    sentence = (
        f"{_reached(policy)} and quotas {_over(policy)} need sales of "
        f"{whole_percent(value)} of plan to be expected at a spread of {policy.spread:.2f}."
    )
    follows = ("coverage", "sales_to_plan")
    return replace(
        policy, coverage=coverage, sales_to_plan=value, follows=follows, sentence=sentence
    )


def _spread(policy: Consistency) -> Consistency:
    found = implied_spreads(policy.coverage, policy.participation)
    words = (
        f"{_reached(policy)}, quotas {_over(policy)} and sales of "
        f"{whole_percent(policy.sales_to_plan)} of plan"
    )
    if not found:
        sentence = f"{words} cannot hold together, however far reps lie apart."
        return replace(policy, follows=("coverage",), verdict="fail", sentence=sentence)
    spreads = " or ".join(f"{one:.2f}" for one in found)
    sentence = f"{words} hold together at a spread of {spreads}."
    return replace(policy, spread=found[0], follows=("coverage", "spread"), sentence=sentence)


def _little(policy: Consistency) -> Consistency:
    """Two or fewer are declared: at most the coverage follows."""
    if isfinite(policy.participation) and isfinite(policy.spread):
        coverage = implied_coverage(policy.participation, policy.spread)
        sentence = (
            f"{_reached(policy)} at a spread of {policy.spread:.2f} need "
            f"quotas that sum to {whole_percent(coverage)} of expected sales."
        )
        return replace(policy, coverage=coverage, follows=("coverage",), sentence=sentence)
    if isfinite(policy.coverage):
        sentence = (
            f"Quotas {_over(policy)} and {_sold(policy)} are "
            f"quotas of {whole_percent(policy.coverage)} of expected sales."
        )
        return replace(policy, follows=("coverage",), sentence=sentence)
    sentence = (
        "Too little is declared for anything to follow: name participation and spread, or "
        "over-assignment and expected sales as a share of plan."
    )
    return replace(policy, sentence=sentence)


def _put(policy: Consistency, given: float) -> str:
    return (
        f"Quotas {_over(policy)} and {_sold(policy)} put "
        f"{whole_percent(given)} at quota at a spread of {policy.spread:.2f}"
    )


def _reached(policy: Consistency) -> str:
    return f"{whole_percent(policy.participation)} at quota"


def _sold(policy: Consistency) -> str:
    return f"sales of {whole_percent(policy.sales_to_plan)} of plan"


def _over(policy: Consistency) -> str:
    off = policy.over_assignment
    if abs(off) < 0.005:
        return "equal to plan"
    return f"{whole_percent(abs(off))} {'over' if off > 0 else 'under'} plan"
