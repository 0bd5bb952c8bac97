"""Whether quotas are fair: attainment should not follow what a rep was given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import pandas as pd

from spmkit.correlations import Correlation, partial_spearman, spearman
from spmkit.groups import each_group, group_keys
from spmkit.intervals import Floats, refuse_confidence
from spmkit.traits import Traits
from spmkit.units import NUMBER

FACTORS = ("potential", "accounts", "tenure_years", "last_year", "last_year_growth")
_QUOTAS = ("quota", "rep_quota", "issued_quota")
_FEWEST = 5
_READ = ("rep_quota", "rep_credited", "potential")
_ELASTICITY = Traits("quota_factors", "target", columns=_READ)
_FAIRNESS = Traits("quota_factors", "target", columns=("rep_quota", "rep_credited", *FACTORS))


def quota_potential_elasticity(
    lines: pd.DataFrame, by: str | Sequence[str] | None = None, confidence: float = 0.95
) -> Annotated[pd.DataFrame, NUMBER, _ELASTICITY]:
    """By how many percent quota rises with one percent of potential, beside sales' own rise.

    Quotas are even-handed where the two slopes agree: the difference is what
    counts, not how far each is from 1. Potential is only estimated, and its
    errors pull both slopes towards zero by the same part, so the difference is
    pulled too: it is rather larger than it looks.

    Parameters
    ----------
    lines
        A line a rep with ``rep_quota``, ``rep_credited`` and ``potential``; a rep for whom one is
        zero or less has no logarithm and is left out.
    by
        A column or several to group by.
    confidence
        Of the bounds (Student's t).

    Returns
    -------
    pandas.DataFrame
        The group, ``of`` (``quota``, ``sales``, ``difference``: quota less sales), ``slope``
        (Number), ``low``, ``high``, ``n``, ``left_out`` and ``status`` (``insufficient n`` below
        5).

    Examples
    --------
    >>> lines = pd.DataFrame({"potential": [1.0, 4.0, 9.0, 16.0, 25.0],
    ...     "rep_quota": [1.0, 2.0, 3.0, 4.0, 5.0], "rep_credited": [1.0, 4.0, 9.0, 16.0, 25.0]})
    >>> quota_potential_elasticity(lines)[["of", "slope"]].round(6).values.tolist()
    [['quota', 0.5], ['sales', 1.0], ['difference', -0.5]]

    References
    ----------
    Catalogue Q3; SalesGlobe, five quota methodologies, on potential.
    """
    refuse_confidence(confidence)
    rows = []
    for key, group in each_group(lines, by):
        values = group[[*_READ]].to_numpy("float64", na_value=np.nan)
        logs = np.log(values[(values > 0).all(axis=1)])
        quota, sales, potential = logs.T
        said = {"n": len(logs), "left_out": len(values) - len(logs)}
        for name, above in (("quota", quota), ("sales", sales), ("difference", quota - sales)):
            rows.append({**key, "of": name, **_slope(potential, above, confidence), **said})
    columns = ["of", "slope", "low", "high", "n", "left_out", "status"]
    return pd.DataFrame(rows, columns=[*group_keys(by), *columns])


def fairness_correlations(
    lines: pd.DataFrame,
    factors: Sequence[str] | None = None,
    *,
    margin: float = 0.3,
    confidence: float = 0.95,
) -> Annotated[pd.DataFrame, NUMBER, _FAIRNESS]:
    """Rank correlation of attainment with what a rep was given, alone and others held equal.

    Near zero is fair. With few reps nothing can be told: of 20 the bounds of
    no correlation reach ±0.44, so ``cannot tell`` is not a pass. A factor that
    also shows how good a rep is (tenure) may fail without being unfair.

    Parameters
    ----------
    lines
        A line a rep, with ``rep_quota``, ``rep_credited`` and the factors.
    factors
        Columns of numbers; none takes those of :func:`quota_factors` that have a value. Never a
        quota: attainment is divided by it, which alone makes a negative correlation.
    margin
        A correlation this small does not matter.
    confidence
        Of the bounds (Fisher's z for ranks).

    Returns
    -------
    pandas.DataFrame
        ``factor``, ``correlation`` (Number), ``low``, ``high``, ``n``, ``partial`` (given the
        other factors, over the reps that have all of them), ``partial_low``, ``partial_high``,
        ``partial_n``, ``verdict`` (``pass``: the bounds lie within the margin; ``fail``: they
        leave out zero; else ``cannot tell``), ``status`` and ``partial_status``.

    Raises
    ------
    ValueError
        Where a factor is a quota, is no column of numbers, or none is left.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_quota": 100.0, "rep_credited": [60.0, 80, 90, 110, 130, 120],
    ...     "potential": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
    >>> fairness_correlations(lines)[["factor", "correlation", "verdict"]].round(3).values.tolist()
    [['potential', 0.943, 'fail']]

    References
    ----------
    Catalogue Q4; Aurochs, quota fairness.
    """
    names = _factors(lines, factors)
    quota = _numbers(lines, "rep_quota")
    reached = _numbers(lines, "rep_credited") / np.where(quota > 0, quota, np.nan)
    values = {name: _numbers(lines, name) for name in names}
    rows = []
    for name in names:
        alone = spearman(reached, values[name], confidence)
        rest = [values[other] for other in names if other != name]
        partial = alone
        if rest:
            partial = partial_spearman(reached, values[name], np.column_stack(rest), confidence)
        rows.append({"factor": name, **_said(alone, partial), "verdict": _verdict(alone, margin)})
    bounds = ["correlation", "low", "high", "n", "partial", "partial_low", "partial_high"]
    order = ["factor", *bounds, "partial_n", "verdict", "status", "partial_status"]
    return pd.DataFrame(rows, columns=order)


def _slope(potential: Floats, values: Floats, confidence: float) -> dict[str, Any]:
    nothing = {"slope": np.nan, "low": np.nan, "high": np.nan}
    if len(potential) < _FEWEST:
        return nothing | {"status": "insufficient n"}
    if np.ptp(potential) <= 1e-12:
        return nothing | {"status": "undefined: no variation"}
    from scipy.stats import linregress, t

    found = linregress(potential, values)
    half = float(t.ppf((1 + confidence) / 2, len(potential) - 2)) * float(found.stderr)
    slope = float(found.slope)
    return {"slope": slope, "low": slope - half, "high": slope + half, "status": "ok"}


def _factors(lines: pd.DataFrame, factors: Sequence[str] | None) -> list[str]:
    if factors is None:
        names = [name for name in FACTORS if name in lines and lines[name].notna().any()]
    else:
        names = list(dict.fromkeys(factors))
    for name in names:
        if name in _QUOTAS:
            raise ValueError(
                f"{name!r} is a quota: attainment is divided by it, so the two are correlated "
                "whatever the quotas are. Name what quotas should be fair to, such as potential."
            )
        if name not in lines or not pd.api.types.is_numeric_dtype(lines[name]):
            raise ValueError(f"{name!r} is no column of numbers in the lines.")
    if not names:
        raise ValueError("no factors: name a column of numbers, such as potential.")
    return names


def _numbers(lines: pd.DataFrame, name: str) -> Floats:
    return lines[name].to_numpy("float64", na_value=np.nan)


def _said(alone: Correlation, partial: Correlation) -> dict[str, Any]:
    own = {"correlation": alone.value, "low": alone.low, "high": alone.high, "n": alone.n}
    given = {"partial": partial.value, "partial_low": partial.low, "partial_high": partial.high}
    status = {"status": alone.status, "partial_status": partial.status}
    return {**own, **given, "partial_n": partial.n, **status}


def _verdict(found: Correlation, margin: float) -> str:
    if found.low > 0 or found.high < 0:
        return "fail"
    return "pass" if found.low > -margin and found.high < margin else "cannot tell"
