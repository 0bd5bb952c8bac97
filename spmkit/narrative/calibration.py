"""What is said of quotas: level, fairness, luck, the next ones, their cost; nothing beyond."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from spmkit.units import MONEY, format_value, whole_percent

Answer = tuple[str, str, str]
"""A question, its answer in a word or number, and what stands behind it."""


def span(low: float, high: float) -> str:
    """Two bounds as percents; words where there are none.

    Examples
    --------
    >>> span(0.842, 0.96), span(float("nan"), 1.0)
    ('84 to 96 %', 'no interval')
    """
    if np.isnan(low) or np.isnan(high):
        return "no interval"
    return f"{low * 100:.0f} to {high * 100:.0f} %".replace("-", "−")


def verdict_lead(counts: Mapping[str, int], period: str, ahead: str, total: float | None) -> str:
    """Say how many lines of a verdict pass, fail and cannot be told, and what is proposed.

    Examples
    --------
    >>> verdict_lead({"pass": 3, "fail": 2, "cannot tell": 5}, "2026Q3", "2026Q4", 2.5e7)
    'Of 10 lines of the verdict the quotas of 2026Q3 pass 3 and fail 2; of 5 the data cannot tell.
    For 2026Q4 quotas of 25.0 M are proposed.'
    """
    whole = sum(counts.values())
    proposed = (
        f"For {ahead or 'the next period'} none can be proposed."
        if total is None
        else f"For {ahead} quotas of {format_value(total, MONEY)} are proposed."
    )
    return (
        f"Of {whole} lines of the verdict the quotas of {period} pass {counts['pass']} and fail "
        f"{counts['fail']}; of {counts['cannot tell']} the data cannot tell. {proposed}"
    )


def elasticity_title(slopes: pd.DataFrame) -> str:
    """Say whether quotas rise with potential as sales do.

    Examples
    --------
    >>> elasticity_title(pd.DataFrame({"of": ["quota", "sales", "difference"],
    ...     "slope": [0.76, 0.7, 0.06], "low": [0.7, 0.6, -0.05], "high": [0.8, 0.8, 0.17]}))
    'Quotas rise 0.76 % with one percent of potential, sales 0.70 %: no difference can be told'
    """
    by = {row["of"]: row for row in slopes.to_dict("records")}
    apart = by["difference"]
    told = "no difference can be told"
    if apart["low"] > 0 or apart["high"] < 0:
        side = "more" if apart["slope"] > 0 else "less"
        told = f"large patches are asked for {side} than they bring"
    quota, sales = by["quota"]["slope"], by["sales"]["slope"]
    return f"Quotas rise {quota:.2f} % with one percent of potential, sales {sales:.2f} %: {told}"


def level_answer(
    found: Mapping[str, Any], reached: float, ends: tuple[float, float], n: int
) -> Answer:
    """Whether the level was right: quotas over expected sales, and what that implies.

    Examples
    --------
    >>> found = {"coverage": 0.9, "low": 0.84, "high": 0.96, "implied": 0.59, "implied_low": 0.5,
    ...     "implied_high": 0.66, "over_assignment": 0.06}
    >>> level_answer(found, 0.42, (0.3, 0.54), 60)
    ('Was the level right?', '90 %', 'of expected sales asked (84 to 96 %), which implies 59 % at
    quota (50 to 66 %); of 60 reps 42 % reached it (30 to 54 %); 6 % over plan')
    """
    question = "Was the level right?"
    reps = f"of {n:,} {'rep' if n == 1 else 'reps'} {whole_percent(reached)} reached it"
    at = f"{reps} ({span(*ends)})" if n else "no quota to reach"
    if np.isnan(found["coverage"]):
        return (
            question,
            "cannot tell",
            f"{at}; the past is too short to know what was to be expected",
        )
    over = found["over_assignment"]
    plan = (
        ""
        if np.isnan(over)
        else f"; {whole_percent(abs(over))} {'over' if over >= 0 else 'below'} plan"
    )
    implied = ""
    if not np.isnan(found["implied"]):
        bounds = span(found["implied_low"], found["implied_high"])
        implied = f", which implies {whole_percent(found['implied'])} at quota ({bounds})"
    wanted = f"; wanted {found['wanted']}: {found['told']}" if found.get("wanted") else ""
    asked = f"of expected sales asked ({span(found['low'], found['high'])})"
    said = f"{asked}{implied}{wanted}; {at}{plan}"
    return question, whole_percent(found["coverage"]), said


def fairness_answer(fairness: pd.DataFrame, failed: pd.DataFrame) -> Answer:
    """Whether quotas were fair to what reps were given, and to whom not.

    ``failed`` are the tests that fail when all that were tried are considered.

    Examples
    --------
    >>> fairness = pd.DataFrame({"test": ["T1", "T4"], "verdict": ["pass", "fail"],
    ...     "name": ["potential", "region East"], "effect": [0.0, -0.21], "low": [-0.1, -0.3],
    ...     "high": [0.1, -0.12], "statistic": ["rank correlation", "gap of ln attainment"]})
    >>> fairness_answer(fairness, fairness[1:])
    ('Was it fair?', 'no', 'region East attains 19 % less than the others (11 to 26 %);
    passed: potential')
    """
    question = "Was it fair?"
    tests = fairness[fairness["test"].isin(["T1", "T2", "T3", "T4"])]
    gaps = failed[failed["statistic"].str.startswith("gap")]
    passed = [str(name) for name in tests.loc[tests["verdict"] == "pass", "name"].unique()]
    fine = f"passed: {', '.join(passed)}" if passed else "nothing passed"
    if failed.empty:
        told = "yes" if (tests["verdict"] == "pass").all() and len(tests) else "cannot tell"
        return question, told, fine
    if gaps.empty:
        return question, "no", f"attainment follows {', '.join(failed['name'].unique())}; {fine}"
    worst = gaps.iloc[int(gaps["effect"].abs().to_numpy().argmax())]
    return question, "no", f"{_gap(worst)}; {fine}"


def _gap(row: pd.Series[Any]) -> str:
    sizes = sorted(abs(np.expm1(float(row[name]))) for name in ("low", "high"))
    side = "less" if row["effect"] < 0 else "more"
    size = whole_percent(abs(np.expm1(float(row["effect"]))))
    return f"{row['name']} attains {size} {side} than the others ({span(*sizes)})"


def luck_answer(floor: Mapping[str, Any], surprise: Mapping[Any, Any] | None) -> Answer:
    """How much of the spread is chance, and whether last year's luck is asked for again.

    Examples
    --------
    >>> luck_answer({"ratio": 1.08, "low": 1.05, "high": 1.11, "verdict": "pass"}, {"slope": 0.97,
    ...     "low": 0.79, "high": 1.14, "verdict": "fail"})
    ('Was it luck?', 'mostly', 'attainment spreads 1.08 × what chance alone makes (1.05 to 1.11);
    of a surprising year 97 % is asked again (79 to 114 %)')
    """
    question = "Was it luck?"
    if np.isnan(floor["ratio"]):
        return (
            question,
            "cannot tell",
            "too few periods of the same reps to know the spread of chance",
        )
    unsure = np.isnan(floor["low"])
    ends = "no interval" if unsure else f"{floor['low']:.2f} to {floor['high']:.2f}"
    word = {"pass": "mostly", "fail": "in part"}.get(str(floor.get("verdict")), "cannot tell")
    said = f"attainment spreads {floor['ratio']:.2f} × what chance alone makes ({ends})"
    return question, word, f"{said}; {_asked_again(surprise)}"


def _asked_again(surprise: Mapping[Any, Any] | None) -> str:
    """How much of a surprising year is asked again in the next quota."""
    if surprise is None or np.isnan(surprise["slope"]):
        return "whether luck is asked again takes three years"
    ends = span(float(surprise["low"]), float(surprise["high"]))
    if surprise["verdict"] == "fail":
        return f"of a surprising year {whole_percent(surprise['slope'])} is asked again ({ends})"
    if surprise["verdict"] == "pass":
        return f"last year's luck is not asked again ({ends})"
    return f"whether luck is asked again cannot be told ({ends})"


def next_answer(facts: Mapping[str, float] | None, ahead: str, reason: str = "") -> Answer:
    """What the next quotas should be: their sum, the chance of each, and what is expected.

    Examples
    --------
    >>> next_answer({"total": 2.4e7, "common probability": 0.36, "expected": 2.38e7,
    ...     "low": 0.32, "high": 0.4, "apart": 0.1}, "2026Q4")
    ('What should 2026Q4 be?', '24.0 M', 'reached with 36 % where no rule holds a seat
    (32 to 40 %); 23.8 M is to be expected (21.5 M to 26.3 M)')
    """
    question = f"What should {ahead or 'the next'} be?"
    if facts is None:
        return question, "cannot tell", reason
    chance = f"reached with {whole_percent(facts['common probability'])} where no rule holds a seat"
    middle, apart = facts["expected"], np.exp(facts["apart"])
    ends = [format_value(end, MONEY) for end in (middle / apart, middle * apart)]
    between = "no interval" if np.isnan(apart) else f"{ends[0]} to {ends[1]}"
    expected = f"{format_value(middle, MONEY)} is to be expected ({between})"
    said = f"{chance} ({span(facts['low'], facts['high'])}); {expected}"
    return question, format_value(facts["total"], MONEY), said


def cost_answer(facts: Mapping[str, float] | None, reason: str = "") -> Answer:
    """What the next quotas will cost in pay.

    Examples
    --------
    >>> cost_answer({"expected cost": 1.42e6, "P10": 1.2e6, "P90": 1.61e6, "cost at target": 1.3e6})
    ('What will it cost?', '1.42 M', 'of variable pay is to be expected, 1.20 M to 1.61 M in eight
    cases of ten; 1.30 M if all were at 100 %')
    """
    question = "What will it cost?"
    if facts is None:
        return question, "not known", reason
    most = facts.get("P90", np.nan)
    ends = f"{format_value(facts.get('P10', np.nan), MONEY)} to {format_value(most, MONEY)}"
    tail = "" if np.isnan(most) else f", {ends} in eight cases of ten"
    target = format_value(facts["cost at target"], MONEY)
    said = f"of variable pay is to be expected{tail}; {target} if all were at 100 %"
    return question, format_value(facts["expected cost"], MONEY), said


def fairness_title(fairness: pd.DataFrame) -> str:
    """Say what attainment follows, and of how much it cannot be told.

    Examples
    --------
    >>> fairness_title(pd.DataFrame({"test": ["T1", "T2"], "name": ["potential", "last year"],
    ...     "effect": [0.0, -0.4], "verdict": ["pass", "fail"]}))
    'Attainment follows last year; 1 of 2 tests pass, 0 cannot tell'
    """
    given = ["T1", "T2", "T3", "T4", "T5", "T6"]
    drawn = fairness[fairness["test"].isin(given) & fairness["effect"].notna()]
    failed = [str(name) for name in drawn.loc[drawn["verdict"] == "fail", "name"].unique()]
    passed, unsure = ((drawn["verdict"] == word).sum() for word in ("pass", "cannot tell"))
    counts = f"{passed} of {len(drawn)} tests pass, {unsure} cannot tell"
    if not failed:
        return f"Nothing is shown to be unfair: {counts}"
    some = ", ".join(failed[:3]) + (f" and {len(failed) - 3} more" if len(failed) > 3 else "")
    return f"Attainment follows {some}; {counts}"


def methods_title(scores: pd.DataFrame) -> str:
    """Say how the calibrated method and the company's quotas did against last year's sales.

    Examples
    --------
    >>> methods_title(pd.DataFrame({"method": ["calibrated", "company"], "skill": [0.09, -0.09],
    ...     "skill_low": [0.04, -0.19], "skill_high": [0.13, 0.0]}))
    "The calibrated method missed 9 % less than last year's sales, the company's quotas 9 % more
    (cannot tell from chance)"
    """
    rows = {row["method"]: row for row in scores.to_dict("records")}
    mine = _less(rows["calibrated"]).replace(" than", " than last year's sales")
    said = f"The calibrated method missed {mine}"
    if "company" not in rows:
        return said
    own = _less(rows["company"]).replace(" than", "")
    return f"{said}, the company's quotas {own}"


def _less(row: Mapping[Any, Any]) -> str:
    """By how much less or more was missed; as much where the interval leaves both open."""
    size = whole_percent(abs(float(row["skill"])))
    side = "less than" if row["skill"] >= 0 else "more than"
    told = row["skill_low"] > 0 or row["skill_high"] < 0
    return f"{size} {side}" if told else f"{size} {side} (cannot tell from chance)"


def reliability_title(skill: tuple[float, float, float, int]) -> str:
    """Say whether probabilities told more than one for all.

    Examples
    --------
    >>> reliability_title((-0.04, -0.09, -0.01, 365))
    'The probabilities were no better than one for all: Brier skill −0.04 (−0.09 to −0.01)'
    """
    value, low, high, _ = skill
    bounds = "no interval" if np.isnan(low) else f"{low + 0.0:.2f} to {high:.2f}"
    ends = f"Brier skill {value:.2f} ({bounds})".replace("-", "−")
    if np.isnan(value):
        return "Too little is over to hold the probabilities against"
    if low > 0:
        return f"The probabilities told more than one for all: {ends}"
    if high < 0:
        return f"The probabilities were no better than one for all: {ends}"
    return f"Whether the probabilities told more than one for all cannot be said: {ends}"
