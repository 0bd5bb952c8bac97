"""How much of the quota was reached: sums over quota lines."""

from __future__ import annotations

from typing import Annotated

import narwhals.stable.v2 as nw

from spmkit.expressions import total
from spmkit.traits import Traits
from spmkit.units import Column, Money, Percent, Ratio

_MORE = Traits("quota_lines", "higher")
_LESS = Traits("quota_lines", "lower")


def effective_quota(
    quota: Column,
) -> Annotated[Money, Traits("quota_lines", "neither", "leading")]:
    """Sum of the quotas that attainment is held against: as issued, or prorated where declared.

    With ``[quotas] basis = "issued"`` (the default) it is what was issued, since issued quotas
    are mostly prorated and ramped already; with ``"full"`` it is reduced for hire, leave and
    ramp by days. No quota is null and adds nothing; a quota of 0 is one.

    Parameters
    ----------
    quota
        Effective quota, one value a quota line.

    Returns
    -------
    Money
        Null when no line has a quota.

    Examples
    --------
    >>> lines = pd.DataFrame({"quota": [100.0, 20.0, None]})
    >>> spm.measure(lines, spm.effective_quota)["effective_quota"].tolist()
    [120.0]

    References
    ----------
    Catalogue A1; Varicent, Oracle and LeanScale, on proration.
    """
    return total(quota)


def attainment(credited: Column, quota: Column) -> Annotated[Percent, _MORE]:
    """Credited sales as a share of effective quota.

    Sums first, then divides, so a rep with a large quota weighs more than one
    with a small quota. For the mean of the reps' own ratios see
    :func:`mean_attainment`. Credits of reps without a quota do not count. One
    large overshoot can carry a team that mostly misses: read
    :func:`participation_rate` beside it.

    Parameters
    ----------
    credited
        Sales credited towards quota, one value a quota line.
    quota
        Effective quota of the same lines, in the same currency.

    Returns
    -------
    Percent
        1.0 is on quota; null when the quotas sum to zero.

    Examples
    --------
    >>> lines = pd.DataFrame({"credited": [90.0, 30.0], "quota": [100.0, 20.0]})
    >>> spm.measure(lines, spm.attainment)["attainment"].tolist()
    [1.0]

    References
    ----------
    Catalogue A2 and A4; ORM Tech, attainment distribution.
    """
    return Ratio(total(_where(quota, credited)), total(quota))


def nominal_attainment(credited: Column, issued_quota: Column) -> Annotated[Percent, _MORE]:
    """Credited sales as a share of the quota as issued, before any relief.

    It differs from :func:`attainment` only where quotas are prorated here
    (``basis = "full"``), and there it makes whoever was new or on leave look
    worse. A vacant seat's quota is left out.

    Parameters
    ----------
    credited
        Credited sales; null on a vacant seat.
    issued_quota
        Quota as issued.

    Returns
    -------
    Percent
        Null when the issued quotas sum to zero.

    Examples
    --------
    >>> lines = pd.DataFrame({"credited": [80.0, None], "issued_quota": [100.0, 60.0]})
    >>> spm.measure(lines, spm.nominal_attainment)["nominal_attainment"].tolist()
    [0.8]

    References
    ----------
    Catalogue A3; Prowi, quota attainment.
    """
    return Ratio(total(_where(issued_quota, credited)), total(_where(credited, issued_quota)))


def quota_realisation(credited: Column, issued_quota: Column) -> Annotated[Percent, _MORE]:
    """Credited sales as a share of all quota issued, vacant seats included.

    The organisation's view: a seat that nobody fills still carries quota, so it
    falls with every vacancy, however well the reps sell.

    Parameters
    ----------
    credited
        Credited sales; null on a vacant seat.
    issued_quota
        Quota as issued, vacant seats included.

    Returns
    -------
    Percent
        Null when no quota was issued.

    Examples
    --------
    >>> lines = pd.DataFrame({"credited": [80.0, None], "issued_quota": [100.0, 60.0]})
    >>> spm.measure(lines, spm.quota_realisation)["quota_realisation"].tolist()
    [0.5]

    References
    ----------
    Catalogue A6; Kellblog, lessons from a simple quota attainment model.
    """
    return Ratio(total(_where(issued_quota, credited)), total(issued_quota))


def gap_to_quota(credited: Column, quota: Column) -> Annotated[Money, _LESS]:
    """Quota less credited sales; a surplus is negative.

    Within a group the surplus of one rep cancels the shortfall of another, and a
    large team has a large gap: compare teams by :func:`attainment`. In a running
    period what is still to come is part of it.

    Parameters
    ----------
    credited
        Credited sales.
    quota
        Effective quota.

    Returns
    -------
    Money
        Null when no line has a quota.

    Examples
    --------
    >>> lines = pd.DataFrame({"credited": [90.0, 30.0], "quota": [100.0, 25.0]})
    >>> spm.measure(lines, spm.gap_to_quota)["gap_to_quota"].tolist()
    [5.0]

    References
    ----------
    Catalogue A11; Gong, pacing.
    """
    return total(quota - credited)


def largest_credit_share(largest_credit: Column, credited: Column) -> Annotated[Percent, _LESS]:
    """The largest single credit as a share of all credited sales.

    Of many reps it is small whatever happens: measure it by rep. A rep who sells few
    large deals always looks exposed, so compare reps of one segment. Reversals lower
    the sum and not the largest, so it may be above 100 %.

    Parameters
    ----------
    largest_credit
        Largest credit of each line.
    credited
        Credited sales of the same lines.

    Returns
    -------
    Percent
        Null when nothing is credited, or no more than was reversed.

    Examples
    --------
    >>> lines = pd.DataFrame({"largest_credit": [50.0, 20.0], "credited": [60.0, 40.0]})
    >>> spm.measure(lines, spm.largest_credit_share)["largest_credit_share"].tolist()
    [0.5]

    References
    ----------
    Catalogue A20; common usage of the field.
    """
    whole = total(credited)
    return Ratio(largest_credit.max(), nw.when(whole >= 0).then(whole))


def attainment_without_largest(
    credited: Column, quota: Column, largest_credit: Column
) -> Annotated[Percent, _MORE]:
    """Attainment had the largest single credit not come in.

    It shows how much hangs on one deal, not what would have happened: without that deal the rep
    would have worked on others. Of a team it takes out one deal of all, not one a rep.

    Parameters
    ----------
    credited
        Credited sales.
    quota
        Effective quota.
    largest_credit
        Largest credit of each line; null where nothing was credited, below zero where there were
        reversals only (then nothing is taken out).

    Returns
    -------
    Percent
        Null when the quotas sum to zero.

    Examples
    --------
    >>> lines = pd.DataFrame({"credited": [60.0, 40.0], "quota": [50.0, 50.0],
    ...     "largest_credit": [50.0, 20.0]})
    >>> spm.measure(lines, spm.attainment_without_largest)["attainment_without_largest"].tolist()
    [0.5]

    References
    ----------
    Catalogue A20; common usage of the field.
    """
    came_in = nw.when(largest_credit > 0).then(largest_credit).otherwise(0.0)
    largest = _where(quota, came_in).max()
    return Ratio(total(_where(quota, credited)) - largest, total(quota))


def _where(present: Column, value: Column) -> Column:
    return nw.when(~present.is_null()).then(value)
