"""What is said of causes, of shape against policy, and of the way from a goal to quotas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from spmkit.units import MONEY, format_value, whole_percent

_NAMED = 3


def causes_title(found: pd.DataFrame) -> str:
    """Name the causes that are there; count those that are ruled out and cannot be told.

    Examples
    --------
    >>> causes_title(pd.DataFrame({"cause": ["late release", "chance"], "found": ["yes", "no"]}))
    'Found: late release; 1 is ruled out, 0 cannot be told'
    >>> causes_title(pd.DataFrame({"cause": ["chance"], "found": ["cannot tell"]}))
    'No cause is found: 0 are ruled out, 1 cannot be told'
    """
    there = found.loc[found["found"] == "yes", "cause"].tolist()
    out, unsure = (int((found["found"] == word).sum()) for word in ("no", "cannot tell"))
    counts = f"{out} {'is' if out == 1 else 'are'} ruled out, {unsure} cannot be told"
    if not there:
        return f"No cause is found: {counts}"
    more = len(there) - _NAMED
    some = ", ".join(there[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"Found: {some}; {counts}"


def policy_title(lines: pd.DataFrame) -> str:
    """Say how many reps reached quota beside what is declared, and of how many shares that holds.

    Examples
    --------
    >>> policy_title(pd.DataFrame({"measure": ["reps at quota"], "value": [0.42], "low": [0.3],
    ...     "high": [0.54], "wanted": ["about 60 %"], "verdict": ["fail"]}))
    '42 % of reps reached quota (30 to 54 %), wanted about 60 %: of 1 declared share 1 does not hold'
    """  # noqa: E501
    first = lines.iloc[0]
    said = f"{whole_percent(first['value'])} of reps reached quota"
    ends = f"{first['low'] * 100:.0f} to {whole_percent(first['high'])}"
    declared = lines[lines["wanted"] != ""]
    if declared.empty:
        return f"{said} ({ends}); no shares are declared to hold that against"
    wanted = f", wanted {first['wanted']}" if first["wanted"] else ""
    return f"{said} ({ends}){wanted}: {_held(declared['verdict'])}"


def _held(verdicts: pd.Series[str]) -> str:
    n, passed, failed = len(verdicts), *((verdicts == word).sum() for word in ("pass", "fail"))
    unsure = n - passed - failed
    told = [f"{passed} {'holds' if passed == 1 else 'hold'}"] if passed else []
    if failed:
        told.append(f"{failed} {'does' if failed == 1 else 'do'} not hold")
    if unsure:
        told.append(f"{unsure} cannot be told")
    return f"of {n} declared {'share' if n == 1 else 'shares'} {', '.join(told)}"


def relation(test: Mapping[Any, Any] | None) -> str:
    """Say in few words whether attainment follows what was given.

    Examples
    --------
    >>> relation({"effect": -0.45, "low": -0.69, "high": -0.13, "verdict": "fail", "reps": 36})
    'Falls with it: −0.45 (−0.69 to −0.13)'
    >>> relation({"effect": 0.0, "low": -0.1, "high": 0.1, "verdict": "pass", "reps": 83})
    'No relation: 0.00 (−0.10 to 0.10)'
    >>> relation(None)
    'Cannot tell'
    """
    if test is None or np.isnan(test["effect"]):
        return "Cannot tell"
    words = {"pass": "No relation", "cannot tell": "Cannot tell"}
    side = "Rises" if test["effect"] > 0 else "Falls"
    said = words.get(str(test["verdict"]), f"{side} with it")
    value, low, high = (f"{test[name] + 0.0:.2f}" for name in ("effect", "low", "high"))
    return f"{said}: {value} ({low} to {high})".replace("-", "−").replace("−0.00", "0.00")


def followed_title(tests: Mapping[str, Mapping[Any, Any] | None]) -> str:
    """Say which of the things given attainment follows, which not, and which cannot be told.

    Examples
    --------
    >>> followed_title({"potential": {"verdict": "pass"}, "growth": {"verdict": "fail"}})
    'Attainment follows growth; not potential'
    >>> followed_title({"potential": None})
    'Whether attainment follows potential cannot be told'
    """
    by: dict[str, list[str]] = {"fail": [], "pass": [], "cannot tell": []}
    for name, test in tests.items():
        by["cannot tell" if test is None else str(test["verdict"])].append(name)
    told = [f"Attainment follows {' and '.join(by['fail'])}"] if by["fail"] else []
    if by["pass"]:
        start = "not" if told else "Attainment does not follow"
        told.append(f"{start} {' or '.join(by['pass'])}")
    if by["cannot tell"]:
        start = "whether it follows" if told else "Whether attainment follows"
        told.append(f"{start} {' or '.join(by['cannot tell'])} cannot be told")
    return "; ".join(told)


def buckets_title(groups: pd.DataFrame, given: str) -> str:
    """Say whether the middle rep of the smallest and of the largest fifth attain alike.

    Examples
    --------
    >>> groups = pd.DataFrame({"p50": [0.97, 1.05, 0.8], "low": [0.9, 1.0, 0.7],
    ...     "high": [1.1, 1.1, 0.85]})
    >>> buckets_title(groups, "potential")
    'The largest fifth by potential attains 80 % of what all do, the smallest 97 %: they differ'
    """
    first, last = groups.iloc[0], groups.iloc[-1]
    apart = last["low"] > first["high"] or last["high"] < first["low"]
    said = "they differ" if apart else "no difference can be told"
    return (
        f"The largest fifth by {given} attains {whole_percent(last['p50'])} of what all do, the "
        f"smallest {whole_percent(first['p50'])}: {said}"
    )


def steps_title(steps: pd.DataFrame) -> str:
    """Say how much more reps carry than the goal, and where the rest of the quotas lies.

    Examples
    --------
    >>> steps = pd.DataFrame({"step": ["goal", "over-assignment", "on 1 vacant seat", "quotas"],
    ...     "value": [100e5, 6e5, -4e5, 102e5], "kind": ["whole", "gain", "loss", "whole"]})
    >>> steps_title(steps)
    'Reps carry 10.2 M of a goal of 10.0 M; 400 k stand on seats without a rep'
    """
    goal, carried = float(steps["value"].iloc[0]), float(steps["value"].iloc[-1])
    said = f"Reps carry {format_value(carried, MONEY)} of a goal of {format_value(goal, MONEY)}"
    vacant = steps.loc[steps["step"].str.contains("vacant seat"), "value"]
    if vacant.empty:
        return said
    return f"{said}; {format_value(-float(vacant.sum()), MONEY)} stand on seats without a rep"


def months_title(cells: pd.DataFrame, ahead: str, names: Mapping[str, str]) -> str:
    """Name the month that is asked for most, beside what its selling days alone would ask.

    Examples
    --------
    >>> cells = pd.DataFrame({"group": "all", "part": ["2026M10", "2026M12"],
    ...     "share": [0.4, 0.6], "even": [0.5, 0.5]})
    >>> months_title(cells, "2026Q4", {"2026M12": "December"})
    'December is asked for 60 % of 2026Q4; by selling days alone it would be 50 %'
    """
    most = cells.sort_values("share").iloc[-1]
    share, even = whole_percent(most["share"]), whole_percent(most["even"])
    rest = "as its selling days" if share == even else f"by selling days alone it would be {even}"
    return f"{names.get(most['part'], most['part'])} is asked for {share} of {ahead}; {rest}"


def slow_down_title(found: pd.DataFrame) -> str:
    """Say whether reps who are ahead of quota sell less afterwards.

    Examples
    --------
    >>> found = pd.DataFrame({"label": ["last period of the year"], "verdict": ["pass"]})
    >>> slow_down_title(found)
    'Reps ahead of quota do not slow down by a tenth in the last period of the year'
    >>> slow_down_title(found.assign(verdict="cannot tell"))
    'Whether reps slow down once they are ahead of quota cannot be told'
    """
    words = {"fail": "slow down", "pass": "do not slow down by a tenth"}
    told = [
        f"Reps ahead of quota {said} in the {' and the '.join(rows)}"
        for word, said in words.items()
        if (rows := found.loc[found["verdict"] == word, "label"].tolist())
    ]
    unsure = found.loc[found["verdict"] == "cannot tell", "label"].tolist()
    if told and unsure:
        told.append(f"whether in the {' and the '.join(unsure)} cannot be told")
    return "; ".join(told) or "Whether reps slow down once they are ahead of quota cannot be told"
