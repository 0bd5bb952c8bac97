"""How far the reps' attainments lie apart: one value a rep, never the lines."""

from __future__ import annotations

from typing import Annotated

import narwhals.stable.v2 as nw

from spmkit.expressions import divided
from spmkit.traits import Traits
from spmkit.units import Column, Multiple, Ratio

_LESS = Traits("quota_lines", "lower")
_SHAPE = Traits("quota_lines", "neither")


def attainment_dispersion(rep_credited: Column, rep_quota: Column) -> Annotated[Multiple, _LESS]:
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
    Catalogue A18; the spread on which participation depends where attainment is log-normal.
    """
    return _log_attainment(rep_credited, rep_quota).std(ddof=1)


def interquartile_spread(rep_credited: Column, rep_quota: Column) -> Annotated[Multiple, _LESS]:
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
    Catalogue A18 (variant for zeros); common usage of statistics.
    """
    ratio = divided(rep_credited, rep_quota)
    upper, lower = (ratio.quantile(q, interpolation="linear") for q in (0.75, 0.25))
    return Ratio(upper - lower, ratio.median())


def attainment_skew(rep_credited: Column, rep_quota: Column) -> Annotated[Multiple, _SHAPE]:
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
    Catalogue A19; Pearson's second measure of skewness without its factor of three.
    """
    ratio = divided(rep_credited, rep_quota)
    return Ratio(ratio.mean() - ratio.median(), ratio.std(ddof=1))


def _log_attainment(rep_credited: Column, rep_quota: Column) -> Column:
    ratio = divided(rep_credited, rep_quota)
    return nw.when(ratio > 0).then(ratio).log()
