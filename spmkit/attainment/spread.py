"""How far the reps' attainments lie apart: one value a rep, never the lines."""

from __future__ import annotations

from typing import Annotated

import narwhals.stable.v2 as nw

from spmkit.expressions import divided
from spmkit.traits import Traits
from spmkit.units import Column, Multiple, Number, Ratio

_LESS = Traits("quota_lines", "lower")
_SHAPE = Traits("quota_lines", "neither")
_NOISE = 1e-9  # attainments that differ by less differ as floats only


def attainment_dispersion(rep_credited: Column, rep_quota: Column) -> Annotated[Number, _LESS]:
    """Standard deviation of the logarithm of the reps' attainments.

    At 0.3 about two thirds of the reps lie between 26 % below and 35 % above the
    middle one. Reps at or below zero are left out, so a team in which many sold
    nothing looks even: use :func:`interquartile_spread` there. Part of it is
    chance, which no quota takes away; see :func:`spmkit.noise_floor_ratio`.

    Parameters
    ----------
    rep_credited
        A rep's credited sales of the period, on one line a rep.
    rep_quota
        The rep's effective quota of the period, on the same line.

    Returns
    -------
    Number
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
    """Width of the middle half of the reps' attainments as a multiple of the median.

    The best and the worst quarter do not move it, so it stays small where the ends are far out,
    and a low median makes it large. Of fewer than eight reps it hangs on two or three of them.

    Parameters
    ----------
    rep_credited
        A rep's credited sales of the period, on one line a rep.
    rep_quota
        The rep's effective quota of the period, on the same line.

    Returns
    -------
    Multiple
        Null with fewer than two reps, and when the median is not above zero.

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
    middle = ratio.median()
    # The sign of a median below zero would turn the width round; of one rep there is no width.
    return Ratio(upper - lower, nw.when((ratio.count() > 1) & (middle >= 0)).then(middle))


def attainment_skew(rep_credited: Column, rep_quota: Column) -> Annotated[Number, _SHAPE]:
    """How far the mean attainment lies above the median, in standard deviations.

    Positive where a few reps overshoot by much, which is usual. With fewer than
    20 reps it only describes. A team of two humps may have none: look at the
    histogram before calling it even.

    Parameters
    ----------
    rep_credited
        A rep's credited sales of the period, on one line a rep.
    rep_quota
        The rep's effective quota of the period, on the same line.

    Returns
    -------
    Number
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
    apart = ratio.max() - ratio.min() > _NOISE
    return Ratio(
        ratio.mean() - ratio.median(), nw.when(apart).then(ratio.std(ddof=1)).otherwise(0.0)
    )


def _log_attainment(rep_credited: Column, rep_quota: Column) -> Column:
    ratio = divided(rep_credited, rep_quota)
    return nw.when(ratio > 0).then(ratio).log()
