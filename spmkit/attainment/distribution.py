"""How the reps attain: one value a rep, never the lines."""

from __future__ import annotations

from typing import Annotated

import narwhals.stable.v2 as nw

from spmkit.attainment.cents import cents
from spmkit.expressions import divided, present
from spmkit.traits import Traits
from spmkit.units import Column, Count, Percent, Share

_MORE = Traits("quota_lines", "higher")
_LESS = Traits("quota_lines", "lower")
_BAND = Traits("quota_lines", "target")
_SHAPE = Traits("quota_lines", "neither")


def mean_attainment(rep_credited: Column, rep_quota: Column) -> Annotated[Percent, _MORE]:
    """Mean of the reps' own attainments.

    Every rep weighs the same; a few large overshoots pull it up, so read it
    beside the median.

    Parameters
    ----------
    rep_credited
        A rep's credited sales of the period, on one line a rep.
    rep_quota
        The rep's effective quota of the period, on the same line.

    Returns
    -------
    Percent
        Null when no rep has a quota above zero.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_credited": [90.0, 30.0], "rep_quota": [100.0, 20.0]})
    >>> spm.measure(lines, spm.mean_attainment)["mean_attainment"].tolist()
    [1.2]

    References
    ----------
    Catalogue A5; ORM Tech, attainment distribution; Alexander Group, quota too high or too low.
    """
    return divided(rep_credited, rep_quota).mean()


def median_attainment(rep_credited: Column, rep_quota: Column) -> Annotated[Percent, _MORE]:
    """Attainment of the rep in the middle: half did better, half did worse.

    A few large overshoots do not move it, so it says nothing of what was sold in
    all: read it beside :func:`attainment`. Over several periods a rep counts
    once in each.

    Parameters
    ----------
    rep_credited
        A rep's credited sales of the period, on one line a rep.
    rep_quota
        The rep's effective quota of the period, on the same line.

    Returns
    -------
    Percent
        Null when no rep has a quota above zero.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_credited": [9.0, 8.0, 30.0], "rep_quota": [10.0, 10.0, 10.0]})
    >>> spm.measure(lines, spm.median_attainment)["median_attainment"].tolist()
    [0.9]

    References
    ----------
    Catalogue A5; Supered, the median rep.
    """
    return divided(rep_credited, rep_quota).median()


def participation_rate(
    rep_credited: Column, rep_quota: Column, *, at: float = 1.0
) -> Annotated[Percent, _BAND]:
    """Share of reps whose credited sales reach their quota.

    It rises when quotas are lowered, so never show it without over-assignment.
    Measured by rep over several periods it is the rep's hit frequency. A
    quarterly rate is not comparable with an annual one.

    Parameters
    ----------
    rep_credited
        A rep's credited sales of the period, on one line a rep; null while it runs.
    rep_quota
        The rep's effective quota of the period; null where it is zero or missing.
    at
        The share of quota to reach; reached is at least, to the cent.

    Returns
    -------
    Percent
        With its Wilson interval; null when no rep has a quota.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_credited": [100.0, 99.0, 80.0], "rep_quota": [100.0] * 3})
    >>> spm.measure(lines, spm.participation_rate)["participation_rate"].round(3).tolist()
    [0.333]

    References
    ----------
    Catalogue A15 and A16; Kellblog, lessons from a simple quota attainment model.
    """
    rated = present(rep_credited, rep_quota) & (rep_quota > 0)
    return Share(cents(rep_credited) >= cents(rep_quota * at), rated)


def share_between(
    rep_credited: Column, rep_quota: Column, *, low: float = 0.8, high: float = 1.2
) -> Annotated[Percent, _SHAPE]:
    """Share of reps whose attainment lies from ``low`` up to, but not including, ``high``.

    Bands are closed on the left: at exactly 80 % a rep is in the band from 80 %.
    Where they are cut is a convention, so shares of other edges are not
    comparable, and in a small team one rep moves a share by much.

    Parameters
    ----------
    rep_credited
        A rep's credited sales of the period, on one line a rep.
    rep_quota
        The rep's effective quota of the period, on the same line.
    low
        Lower edge, a share of quota.
    high
        Upper edge, a share of quota.

    Returns
    -------
    Percent
        With its Wilson interval.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_credited": [80.0, 120.0], "rep_quota": [100.0, 100.0]})
    >>> spm.measure(lines, spm.share_between)["share_between"].tolist()
    [0.5]

    References
    ----------
    Catalogue A17 and A19; Falcon Incentives, attainment analyzer; ORM Tech, attainment
    distribution.
    """
    above = cents(rep_credited) >= cents(rep_quota * low)
    below = cents(rep_credited) < cents(rep_quota * high)
    return Share(above & below, present(rep_credited, rep_quota))


def longest_miss_streak(miss_streak: Column) -> Annotated[Count, _LESS]:
    """The most periods in a row in which a rep stayed below quota.

    A miss by a little counts like one by half, and quotas that hardly anyone
    reaches give everybody a streak. It begins with the first period of the
    lines, and of a group it is that of the one rep with the longest.

    Parameters
    ----------
    miss_streak
        Periods below quota in a row, up to this one.

    Returns
    -------
    Count
        0 for a rep who never missed.

    Examples
    --------
    >>> lines = pd.DataFrame({"miss_streak": [0.0, 1.0, 2.0, 0.0]})
    >>> spm.measure(lines, spm.longest_miss_streak)["longest_miss_streak"].tolist()
    [2]

    References
    ----------
    Catalogue A16; common usage of the field.
    """
    return miss_streak.max()


def time_to_quota(
    reached_share: Column, rep_quota: Column
) -> Annotated[Percent, Traits("quota_crossings", "lower")]:
    """Share of the period after which half of the reps had reached quota.

    Reps who never reached it count as later than the period's end (they are
    censored there), so the median exists only where at least half reached it.

    Parameters
    ----------
    reached_share
        Share of the period's days at the first crossing; null: never.
    rep_quota
        The rep's effective quota; null where there is none to reach.

    Returns
    -------
    Percent
        Of the period's days; null when fewer than half reached quota.

    Examples
    --------
    >>> crossings = pd.DataFrame({"reached_share": [0.5, 0.9, None], "rep_quota": [1.0] * 3})
    >>> spm.measure(crossings, spm.time_to_quota)["time_to_quota"].tolist()
    [0.9]

    References
    ----------
    Catalogue A14; common usage of the field.
    """
    never = 1e9
    share = nw.when(~rep_quota.is_null()).then(reached_share.fill_null(never))
    middle = share.median()
    return nw.when(middle <= 1).then(middle)
