"""What a company has decided about its quotas: the policy, and the file that declares it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from spmkit.calibration.proposing.policy_checks import (
    refuse_amount,
    refuse_number,
    refuse_other_keys,
    refuse_other_word,
    refuse_range,
    refuse_table,
)
from spmkit.data import DataError
from spmkit.data.errors import nearest

COMMON, PROPORTIONAL = "common probability", "proportional"
PERIOD_BEFORE, YEAR_BEFORE = "period before", "year before"
LEVELS = ("region", "manager_id")
"""The levels between company and rep, from the top."""
RECONCILED, AS_DECIDED = "reconciled", "as decided"
_NUMBERS = (
    ("participation", 0.01, 0.99, "0.6 for 60 %"),
    ("skill_confidence", 0.5, 0.999, "0.9 for 90 %"),
    ("coverage_margin", 0, 1, "0.02 for 2 points"),
    ("fairness_margin", 0, 1, "0.3"),
    ("exception_share", 0, 1, "0.1 for 10 %"),
    ("noise_floor", 1, 100, "1.25"),
    ("stability_cap", 0, 10, "0.2 for 20 %"),
    ("threshold", 0, 10, "0.5 for half of quota"),
    ("excellence", 0, 10, "1.2 for 120 % of quota"),
)


@dataclass(frozen=True)
class Criteria:
    """What makes a set of quotas well calibrated for this company; none: nothing is declared.

    Parameters
    ----------
    participation
        The share of reps that should reach their quota.
    coverage_margin
        By how much the sum of the quotas over expected sales may be off what that share asks for.
    skill_confidence
        Of the interval that must show quotas better than last year's sales and growth.
    noise_floor
        The most that attainment may spread, as a multiple of what chance alone makes.
    fairness_margin
        A correlation of attainment with what a rep was given does not matter within it.
    interval_coverage
        How much an interval of 80 % may hold, at the least and at the most.
    threshold, below_threshold
        The attainment at which pay begins, and the range for the share of reps below it.
    excellence, at_excellence
        The attainment at which excellence begins, and the range for the share of reps there.
    stability_cap
        The most that half of the quotas may change by, as a share of the last.
    exception_share
        The most quotas that may be changed by hand, as a share of all.
    budget, reserve
        Money for pay, and what is set aside beyond it.

    Examples
    --------
    >>> Criteria(participation=0.6).coverage_margin
    0.02

    References
    ----------
    The numbers that stand as defaults are those of a well-calibrated set of quotas: level within
    2 points, spread within 1.25 of chance, fairness within 0.3, coverage of 70 to 90 %.
    """

    participation: float | None = None
    coverage_margin: float = 0.02
    skill_confidence: float = 0.9
    noise_floor: float = 1.25
    fairness_margin: float = 0.3
    interval_coverage: tuple[float, float] = (0.7, 0.9)
    threshold: float = 0.5
    below_threshold: tuple[float, float] | None = None
    excellence: float = 1.2
    at_excellence: tuple[float, float] | None = None
    stability_cap: float | None = None
    exception_share: float | None = None
    budget: float | None = None
    reserve: float | None = None

    def __post_init__(self) -> None:
        for name, low, high, example in _NUMBERS:
            refuse_number(name, getattr(self, name), low, high, example)
        for name in ("interval_coverage", "below_threshold", "at_excellence"):
            refuse_range(name, getattr(self, name))
        for name in ("budget", "reserve"):
            refuse_amount(name, getattr(self, name))
        if self.threshold >= self.excellence:
            raise DataError(
                f"threshold ({self.threshold}) is not below excellence ({self.excellence}): "
                "lower the one or raise the other."
            )


@dataclass(frozen=True)
class Policy:
    """What is decided about the quotas of a period ahead, before any is known.

    Parameters
    ----------
    over_assignment
        By how much rep quotas sum to more than the goal: 0.1 is 10 %.
    basis
        ``common probability``: every seat reaches its quota with the same probability;
        ``proportional``: every quota is the same multiple of what is expected.
    rounding
        Quotas are multiples of it.
    max_increase, max_decrease
        How far a quota may rise above the last one, or fall below it, as a share of it.
    minimum_quota
        No quota is lower.
    compared_with
        Which quota is the last one: of the ``period before``, or of the same part of the
        ``year before``.
    ramp
        Of a full quota, the share in the first, second, … whole period since hire, then all; none:
        new hires are asked for what is expected of them.
    residual_share
        How much of what a rep sold beyond territory and season is asked for again: 1 is all of
        what is known of it, 0 leaves skill to the rep.
    probability
        The probability with which seats should reach their quota. The goal decides what it is;
        this is what it is held against.
    adjustments
        What becomes of the total where a quota is changed by hand: ``reconciled`` (the others
        take it up) or ``as decided`` (the total moves).
    pins
        Quotas that are settled: rep_id (of a vacant seat territory_id) to amount.
    levels
        Over-assignment at the levels above the rep, from the top: ``{"region": 0.03}``.
    criteria
        What the quotas are judged by.
    source
        Where it is declared: the file that messages name.

    Raises
    ------
    DataError
        With the key and the remedy, where a value is of a wrong type or out of range.

    Examples
    --------
    >>> Policy(max_increase=0.2, pins={"ada": 120_000}).over_assignment
    0.0
    >>> Policy(over_assignment=10)
    Traceback (most recent call last):
    spmkit.data.errors.DataError: the policy: over_assignment is 10; write a number from -0.5 to 1,
    such as 0.1 for 10 %.
    """

    over_assignment: float = 0.0
    basis: str = COMMON
    rounding: float = 0.01
    max_increase: float | None = None
    max_decrease: float | None = None
    minimum_quota: float = 0.0
    compared_with: str = PERIOD_BEFORE
    ramp: tuple[float, ...] = ()
    residual_share: float = 1.0
    probability: float | None = None
    adjustments: str = RECONCILED
    pins: Mapping[str, float] = field(default_factory=dict)
    levels: Mapping[str, float] = field(default_factory=dict)
    criteria: Criteria = field(default_factory=Criteria)
    source: str = "the policy"

    def __post_init__(self) -> None:
        try:
            self._check()
        except DataError as error:
            raise DataError(f"{self.source}: {error}") from error

    def _check(self) -> None:
        refuse_number("over_assignment", self.over_assignment, -0.5, 1, "0.1 for 10 %")
        refuse_number("max_increase", self.max_increase, 0, 10, "0.2 for 20 %")
        refuse_number("max_decrease", self.max_decrease, 0, 1, "0.15 for 15 %")
        refuse_number("residual_share", self.residual_share, 0, 1, "0.5 for half")
        refuse_number("probability", self.probability, 0.01, 0.99, "0.6 for 60 %")
        refuse_amount("rounding", self.rounding)
        refuse_amount("minimum_quota", self.minimum_quota)
        if self.rounding < 0.01:
            raise DataError(f"rounding is {self.rounding}; write an amount above 0, such as 100.")
        refuse_other_word("basis", self.basis, (COMMON, PROPORTIONAL))
        refuse_other_word("compared_with", self.compared_with, (PERIOD_BEFORE, YEAR_BEFORE))
        refuse_other_word("adjustments", self.adjustments, (RECONCILED, AS_DECIDED))
        self._check_collections()

    def _check_collections(self) -> None:
        if not isinstance(self.ramp, list | tuple):
            raise DataError(f"ramp is {self.ramp!r}; write shares, such as [0.25, 0.5, 0.75].")
        object.__setattr__(self, "ramp", tuple(self.ramp))
        for place, share in enumerate(self.ramp, start=1):
            refuse_number(f"share {place} of ramp", share, 0, 1, "0.5 for half")
        for table in ("pins", "levels"):
            refuse_table(table, getattr(self, table))
        for seat, amount in self.pins.items():
            refuse_amount(f"[pins] {seat}", amount)
        for level, share in self.levels.items():
            refuse_number(f"[levels] {level}", share, -0.5, 1, "0.03 for 3 %")

    @property
    def written(self) -> str:
        """All that is decided as one text: equal policies write the same, wherever they stand."""
        decided = {name: value for name, value in asdict(self).items() if name != "source"}
        numbers = json.loads(json.dumps(decided, default=float), parse_int=float)  # 5 is 5.0
        return json.dumps(numbers, sort_keys=True)


def read_policy(path: str | Path) -> Policy:
    r"""Read a policy from a TOML file; what it leaves out has its default.

    Parameters
    ----------
    path
        Such as ``policy.toml``: the parameters of :class:`Policy` as keys, ``[pins]``,
        ``[levels]`` and ``[criteria]`` as sections; a section ``[pay]`` is the pay curve's (see
        :func:`read_pay_curve`).

    Raises
    ------
    DataError
        With the file, the key and the remedy.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "policy.toml"
    ...     _ = file.write_text("max_increase = 0.2\n[pins]\nada = 120000\n")
    ...     read_policy(file).pins
    {'ada': 120000}
    """
    file = Path(path)
    try:
        declared = tomllib.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise DataError(f"there is no policy file {file}: check its path.") from error
    except IsADirectoryError as error:
        raise DataError(f"{file} is a folder: name the policy file in it.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(
            f"{file.name} is not valid TOML: {error}. Write texts in quotes and shares as 0.1."
        ) from error
    declared.pop("pay", None)  # of the same file, and read by read_pay_curve
    return policy_of(declared, file.name)


def policy_of(declared: Mapping[str, Any], source: str = "the policy") -> Policy:
    """Turn declarations, in the shape of the file, into a policy.

    Takes and raises what :func:`read_policy` does.

    Examples
    --------
    >>> policy_of({"rounding": 100, "criteria": {"participation": 0.6}}).criteria.participation
    0.6
    >>> policy_of({"max_increse": 0.2}, "policy.toml")
    Traceback (most recent call last):
    spmkit.data.errors.DataError: policy.toml: there is no key 'max_increse'. Did you mean
    'max_increase'?
    """
    _refuse_unknown(declared, Policy, source)
    criteria = declared.get("criteria", {})
    try:
        refuse_other_keys("levels", declared.get("levels", {}), LEVELS)
        refuse_table("criteria", criteria)
        _refuse_unknown(criteria, Criteria, "[criteria]")
        pairs = {name: tuple(value) for name, value in criteria.items() if isinstance(value, list)}
        judged = Criteria(**{**criteria, **pairs})
    except DataError as error:
        raise DataError(f"{source}: {error}") from error
    return Policy(**{**declared, "criteria": judged, "source": source})


def _refuse_unknown(declared: Mapping[str, Any], form: type[Any], where: str) -> None:
    known = [one.name for one in fields(form) if one.name != "source"]
    for name in declared:
        if name not in known:
            raise DataError(f"{where}: there is no key {name!r}.{nearest(name, known)}")
