"""Where a running period stands, and what it still takes."""

from __future__ import annotations

from typing import Annotated

import narwhals.stable.v2 as nw

from spmkit.expressions import divided, total
from spmkit.traits import Traits
from spmkit.units import Column, Money, Multiple, Percent, Ratio

_MORE = Traits("quota_lines", "higher", "leading")
_LESS = Traits("quota_lines", "lower", "leading")


def pace(credited: Column, quota: Column, expected_share: Column) -> Annotated[Percent, _MORE]:
    """Credited sales as a share of the quota that should have come in by now.

    The share expected by now follows how earlier periods came in, where there
    are at least four, else selling days. In the first tenth of a period it says
    little.

    Parameters
    ----------
    credited
        Credited sales to date.
    quota
        Effective quota of the whole period.
    expected_share
        Share of a period's credit that has usually come in by now.

    Returns
    -------
    Percent
        1.0 is on pace; null before the period has begun.

    Examples
    --------
    >>> lines = pd.DataFrame({"credited": [30.0], "quota": [100.0], "expected_share": [0.4]})
    >>> spm.measure(lines, spm.pace)["pace"].tolist()
    [0.75]

    References
    ----------
    Catalogue A7; Gong, pacing; CodingAce, sales attainment and pace.
    """
    return Ratio(total(_where(quota, credited)), total(quota * expected_share))


def run_rate_projection(credited: Column, expected_share: Column) -> Annotated[Money, _MORE]:
    """Credited sales at the period's end if they go on as earlier periods did.

    Unstable while less than about 15 % of the credit is usually in. It scales up
    whatever is in, so one large deal early in the period is counted several times.

    Parameters
    ----------
    credited
        Credited sales to date.
    expected_share
        Share of a period's credit that has usually come in by now.

    Returns
    -------
    Money
        Null before the period has begun.

    Examples
    --------
    >>> lines = pd.DataFrame({"credited": [30.0, 10.0], "expected_share": [0.4, 0.4]})
    >>> spm.measure(lines, spm.run_rate_projection)["run_rate_projection"].tolist()
    [100.0]

    References
    ----------
    Catalogue A8; CodingAce, sales attainment and pace.
    """
    return total(divided(credited, expected_share))


def required_run_rate(
    credited: Column, quota: Column, days_left: Column
) -> Annotated[Money, _LESS]:
    """Credit needed on each selling day that is left to reach quota.

    Hold it against what the last weeks of earlier periods brought: where most
    sales come in late, it looks hopeless by the middle of every period. Within a
    group the surplus of one rep counts towards the shortfall of another. Measure
    one period at a time.

    Parameters
    ----------
    credited
        Credited sales to date.
    quota
        Effective quota of the whole period.
    days_left
        Selling days left in the period, the same on every line of it.

    Returns
    -------
    Money
        A selling day; 0 once the quota is reached, null when no day is left.

    Examples
    --------
    >>> lines = pd.DataFrame({"credited": [30.0], "quota": [100.0], "days_left": [20.0]})
    >>> spm.measure(lines, spm.required_run_rate)["required_run_rate"].tolist()
    [3.5]

    References
    ----------
    Catalogue A12; common usage of the field.
    """
    return Ratio(_shortfall(credited, quota), days_left.max())


def required_lift(
    credited: Column, quota: Column, days_elapsed: Column, days_left: Column
) -> Annotated[Multiple, _LESS]:
    """The run rate still needed as a multiple of the run rate so far.

    Where sales usually come in late, 2 by the middle may be quite normal; early
    in a period, with little credited, it is large for everybody.

    Parameters
    ----------
    credited
        Credited sales to date.
    quota
        Effective quota of the whole period.
    days_elapsed
        Selling days passed, the same on every line.
    days_left
        Selling days left, the same on every line.

    Returns
    -------
    Multiple
        1.0: go on as before; null with nothing credited (or more reversed) or no day left.

    Examples
    --------
    >>> lines = pd.DataFrame({"credited": [40.0], "quota": [100.0], "days_elapsed": [40.0],
    ...     "days_left": [20.0]})
    >>> spm.measure(lines, spm.required_lift)["required_lift"].tolist()
    [3.0]

    References
    ----------
    Catalogue A13; common usage of the field.
    """
    needed = _shortfall(credited, quota) * days_elapsed.max()
    so_far = total(_where(quota, credited))
    return Ratio(needed, nw.when(so_far >= 0).then(so_far) * days_left.max())


def _where(present: Column, value: Column) -> Column:
    return nw.when(~present.is_null()).then(value)


def _shortfall(credited: Column, quota: Column) -> Column:
    gap = total(quota - credited)
    return nw.when(gap > 0).then(gap).when(~gap.is_null()).then(nw.lit(0.0))
