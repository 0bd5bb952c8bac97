"""How a study begins: its periods, the policy and the log beside the data."""

from __future__ import annotations

import tomllib
from pathlib import Path

from spmkit.attainment.quotas import issued_quotas
from spmkit.calibration.costing.pay_curve import PayCurve, read_pay_curve
from spmkit.calibration.proposing.adjustment_log import read_adjustments
from spmkit.calibration.proposing.policy import Policy, read_policy
from spmkit.calibration.study import Study
from spmkit.data import DataError, SalesData
from spmkit.periods import DAY, Period


def open_study(
    data: SalesData,
    period: str = "",
    ahead: str = "",
    goal: float = 0.0,
    policy: str = "",
    adjustments: str = "",
) -> Study:
    """Ask about the quotas of a period and of the one ahead.

    Parameters
    ----------
    data
        An open source with quotas.
    period
        The period that is judged; empty for the last complete one. One that is not over is the
        one that quotas are proposed for, and the last complete one of its kind is judged.
    ahead
        The one that quotas are proposed for; empty for the one after the last complete one.
    goal
        Its plan; 0 takes the company's own quota of it where one is released, else what is
        expected.
    policy
        A file with what is declared (see :func:`read_policy`), with a table ``[pay]`` for cost;
        empty for the file policy.toml beside the data, where there is one.
    adjustments
        A log of quotas changed by hand; empty for adjustments.csv beside the data, where there is
        one.

    Raises
    ------
    DataError
        Where there are no quotas, or the goal is below zero.

    Examples
    --------
    >>> data = spm.open_data(spm.shipped("datasets") / "sample")
    >>> study = open_study(data)
    >>> study.period, study.ahead
    ('2026Q3', '2026Q4')
    """
    if "quotas" not in data:
        raise DataError(
            "unavailable: needs quotas. Add a file quotas.csv, or map one in spmkit.toml: "
            '[quotas] from = "your_file.csv".'
        )
    if not goal >= 0:
        raise DataError(f"goal is {goal}; write an amount, or 0 for what is expected.")
    calendar = data.calendar
    judged = calendar.period(period) if period else calendar.last_complete(data.as_of)
    last = calendar.last_complete(data.as_of, judged.grain)
    if not calendar.is_complete(judged, data.as_of):
        ahead, judged = ahead or judged.label, last
    file = _named(data, policy) if policy else beside(data)
    log = _named(data, adjustments) if adjustments else beside(data, "adjustments.csv")
    next_one = ahead or _after(data, last)
    plan = goal or _plan(data, next_one)
    declared = read_policy(file) if file else Policy()
    return Study(
        data,
        judged.label,
        next_one,
        plan,
        declared,
        declared_curve(file),
        read_adjustments(log) if log else None,
        named=period,
        given=bool(goal),
    )


def _after(data: SalesData, last: Period) -> str:
    """The period after one; empty where a company's own periods end with it."""
    try:
        return data.calendar.containing(last.end + DAY, last.grain).label
    except ValueError:
        return ""


def _named(data: SalesData, name: str) -> Path:
    """A file by its path, or by its name beside the data."""
    return Path(name) if Path(name).exists() else beside(data, name) or Path(name)


def _plan(data: SalesData, label: str) -> float:
    """The company's quota of a period, as far as it is released; NaN where there is none."""
    if not label:
        return float("nan")
    lines = issued_quotas(data, [data.calendar.period(label)], level="company")
    return float(lines["issued_quota"].sum(min_count=1))


def beside(data: SalesData, name: str = "policy.toml") -> Path | None:
    """A file beside the data, where there is one."""
    if data.source is None:
        return None
    folder = data.source if data.source.is_dir() else data.source.parent
    file = folder / name
    return file if file.is_file() else None


def declared_curve(file: Path | None) -> PayCurve | None:
    """The curve of a policy's file, where it declares one; a malformed one is refused.

    Examples
    --------
    >>> declared_curve(None) is None
    True
    """
    if file is None or "pay" not in tomllib.loads(file.read_text("utf-8-sig")):
        return None
    return read_pay_curve(file)
