"""How attainment spreads over the reps: one value a rep, never the lines."""

from __future__ import annotations

import narwhals.stable.v2 as nw

from spmkit.attainment.cents import cents
from spmkit.expressions import divided, present
from spmkit.units import Column, Count, Multiple, Percent, Ratio, Share


def mean_attainment(rep_credited: Column, rep_quota: Column) -> Percent:
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
    Catalogue A5.
    """
    return divided(rep_credited, rep_quota).mean()


def median_attainment(rep_credited: Column, rep_quota: Column) -> Percent:
    """Attainment of the rep in the middle: half did better, half did worse.

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


def participation_rate(rep_credited: Column, rep_quota: Column, *, at: float = 1.0) -> Percent:
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
    Catalogue A15 and A16.
    """
    return Share(cents(rep_credited) >= cents(rep_quota * at), present(rep_credited, rep_quota))


def share_between(
    rep_credited: Column, rep_quota: Column, *, low: float = 0.8, high: float = 1.2
) -> Percent:
    """Share of reps whose attainment lies from ``low`` up to, but not including, ``high``.

    Bands are closed on the left: at exactly 80 % a rep is in the band from 80 %.

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
    Catalogue A17 and A19.
    """
    above = cents(rep_credited) >= cents(rep_quota * low)
    below = cents(rep_credited) < cents(rep_quota * high)
    return Share(above & below, present(rep_credited, rep_quota))


def attainment_dispersion(rep_credited: Column, rep_quota: Column) -> Multiple:
    """Standard deviation of the logarithm of the reps' attainments.

    0.3 says that a typical rep is about 30 % above or below the middle one.
    Reps at or below zero are left out; with many of them use
    :func:`interquartile_spread`.

    Parameters
    ----------
    rep_credited
        A rep's credited sales of the period, on one line a rep.
    rep_quota
        The rep's effective quota of the period, on the same line.

    Returns
    -------
    Multiple
        Null with fewer than two reps above zero.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_credited": [50.0, 200.0], "rep_quota": [100.0, 100.0]})
    >>> spm.measure(lines, spm.attainment_dispersion)["attainment_dispersion"].round(4).tolist()
    [0.9803]

    References
    ----------
    Catalogue A18.
    """
    return _log_attainment(rep_credited, rep_quota).std(ddof=1)


def interquartile_spread(rep_credited: Column, rep_quota: Column) -> Multiple:
    """Middle half of the reps' attainments as a multiple of the median.

    Parameters
    ----------
    rep_credited
        A rep's credited sales of the period, on one line a rep.
    rep_quota
        The rep's effective quota of the period, on the same line.

    Returns
    -------
    Multiple
        Null when the median is zero.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_credited": [1.0, 2.0, 3.0, 4.0, 5.0], "rep_quota": [4.0] * 5})
    >>> spm.measure(lines, spm.interquartile_spread)["interquartile_spread"].round(4).tolist()
    [0.6667]

    References
    ----------
    Catalogue A18.
    """
    ratio = divided(rep_credited, rep_quota)
    upper, lower = (ratio.quantile(q, interpolation="linear") for q in (0.75, 0.25))
    return Ratio(upper - lower, ratio.median())


def attainment_skew(rep_credited: Column, rep_quota: Column) -> Multiple:
    """How far the mean attainment lies above the median, in standard deviations.

    Positive where a few reps overshoot by much, which is usual. With fewer than
    20 reps it only describes.

    Parameters
    ----------
    rep_credited
        A rep's credited sales of the period, on one line a rep.
    rep_quota
        The rep's effective quota of the period, on the same line.

    Returns
    -------
    Multiple
        Between -1 and 1; null when all attain alike.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_credited": [1.0, 1.0, 4.0], "rep_quota": [1.0, 1.0, 1.0]})
    >>> spm.measure(lines, spm.attainment_skew)["attainment_skew"].round(4).tolist()
    [0.5774]

    References
    ----------
    Catalogue A19 (Pearson's second measure without its factor of three).
    """
    ratio = divided(rep_credited, rep_quota)
    return Ratio(ratio.mean() - ratio.median(), ratio.std(ddof=1))


def longest_miss_streak(miss_streak: Column) -> Count:
    """The most periods in a row in which a rep stayed below quota.

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
    Catalogue A16.
    """
    return miss_streak.max()


def time_to_quota(reached_share: Column, rep_quota: Column) -> Percent:
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
    Catalogue A14.
    """
    never = 1e9
    share = nw.when(~rep_quota.is_null()).then(reached_share.fill_null(never))
    middle = share.median()
    return nw.when(middle <= 1).then(middle)


def _log_attainment(rep_credited: Column, rep_quota: Column) -> Column:
    ratio = divided(rep_credited, rep_quota)
    return nw.when(ratio > 0).then(ratio).log()
