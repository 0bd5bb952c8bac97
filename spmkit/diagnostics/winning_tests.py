"""Whether the reps' win rates differ more than chance, and what they leave open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.data.quality import to_pandas
from spmkit.diagnostics.funnel_value import new_business
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.winning import closed_deals
from spmkit.review.frames import NOT_GIVEN

Floats = NDArray[np.float64]
CERTAIN = 0.05
"""Chance below which rates are said to differ."""
_POWER = 0.8
_DRAWS, _NUMBERS = 9999, 10_000_000  # deals; of thousands of groups fewer
_ZERO = 1e-9
_FOUND = ("chi_square", "degrees_of_freedom", "dispersion", "p", "spread", "detectable")
_MIX = ("type", "segment", "source")


def homogeneity(diagnosis: Diagnosis) -> pd.DataFrame:
    """Test whether the reps' win rates differ more than chance would make them.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        A row a test: ``test``; ``chi_square``, ``degrees_of_freedom``, ``dispersion`` (their
        ratio: 1 is chance alone), ``p``, ``spread`` (of the true rates, a standard deviation;
        0 where chance alone explains it), ``detectable`` (the spread that would be seen in four of
        five cases), ``reps``, ``n``. The tests: ``closed`` (of what closed in
        the window; wins dealt out anew among the reps), ``mix`` (the same among deals of one type,
        segment and source), ``age`` (of all created up to the window's end: among deals that
        closed at the same age; those still open are in none), ``open`` (whether reps leave
        different shares of what was created open). Where there are fewer than two reps, or
        nothing differs, the numbers are null.

    Examples
    --------
    >>> found = homogeneity(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found["test"].tolist()
    ['closed', 'mix', 'age', 'open']

    References
    ----------
    Pearson 1900; Mantel 1963, doi 10.1080/01621459.1963.10500879 (strata).
    """
    closed = nw.from_native(closed_deals(diagnosis)).lazy()
    day = nw.col("created_on").cast(nw.Date)
    created = new_business(diagnosis).filter(day <= nw.lit(diagnosis.end.date()))
    ended = created.filter(nw.col("closed"), ~nw.col("lasted_days").is_null())
    tests = {
        "closed": (closed, "won", []),
        "mix": (closed, "won", list(_MIX)),
        "age": (ended, "won", ["lasted_days"]),
        "open": (created, "open", []),
    }
    return pd.DataFrame(
        [{"test": name, **_tested(lines, hit, keys)} for name, (lines, hit, keys) in tests.items()]
    )


def _tested(lines: Any, hit: str, strata: Sequence[str]) -> dict[str, Any]:
    there = lines.collect_schema().names()
    keys = [key for key in strata if key in there]
    known = lines.filter(~nw.col("rep_id").is_null())
    counted = known.group_by("rep_id", *keys).agg(
        nw.len().alias("n"), nw.when(nw.col(hit)).then(1).otherwise(0).sum().alias("hits")
    )
    found = to_pandas(counted)
    stratum = found.groupby(keys, dropna=False).ngroup() if keys else found["n"] * 0
    places = found["rep_id"].factorize()[0], stratum.to_numpy("int64")
    shape = tuple(int(place.max()) + 1 if len(place) else 0 for place in places)
    n, hits = np.zeros(shape), np.zeros(shape)
    n[places], hits[places] = found["n"], found["hits"]
    del found, stratum, places  # of thousands of reps they are as large as what is tested
    return stratified_chi(n, hits)


def kinds_apart(rates: pd.DataFrame) -> pd.DataFrame:
    """Test of each kind whether its win rates differ; corrected for how many are looked at.

    Parameters
    ----------
    rates
        What :func:`win_rates_apart` gives.

    Returns
    -------
    pandas.DataFrame
        ``kind``, ``p`` (Holm's correction over the kinds), ``apart`` (below 5 %), ``spread`` and
        ``detectable`` as of :func:`homogeneity`; the kind that differs most first. What is not
        given is in no test.

    References
    ----------
    Holm 1979.
    """
    from statsmodels.stats.multitest import multipletests

    rows = []
    for kind, part in rates[rates["value"] != NOT_GIVEN].groupby("kind", sort=False):
        n = part["n"].to_numpy("float64")
        hits = (part["win_rate"].to_numpy("float64") * n).round()
        rows.append({"kind": kind, **stratified_chi(n[:, None], hits[:, None])})
    found = pd.DataFrame(rows, columns=["kind", *_FOUND, "reps", "n"]).dropna(subset=["p"])
    if found.empty:
        return found.assign(apart=False)
    holm = multipletests(found["p"], method="holm")[1]
    told = found.assign(p=holm, apart=holm < CERTAIN).sort_values(
        ["apart", "spread"], ascending=False, kind="stable", ignore_index=True
    )
    return told[["kind", "p", "apart", "spread", "detectable", "n"]]


def stratified_chi(n: Floats, hits: Floats, seed: int = 0) -> dict[str, Any]:
    """Test whether groups have the same share of hits within every stratum.

    Within a stratum hits are dealt out by chance among its cases; what each group has more, or
    fewer, than that is summed over the strata. Of one stratum the chance is from 9,999 deals
    (fewer of more than a thousand groups), which holds for small groups too; of several it is from
    the chi-square distribution.

    Parameters
    ----------
    n, hits
        Cases and hits, a row a group and a column a stratum.
    seed
        The same seed gives the same chance.

    Returns
    -------
    dict
        ``chi_square``, ``degrees_of_freedom``, ``dispersion``, ``p``, ``spread``, ``detectable``,
        ``reps``, ``n``.

    Examples
    --------
    >>> found = stratified_chi(np.array([[50.0], [50.0]]), np.array([[10.0], [30.0]]))
    >>> round(found["chi_square"], 2), found["degrees_of_freedom"], found["p"] < 0.01
    (16.5, 1, True)

    References
    ----------
    Mantel 1963, doi 10.1080/01621459.1963.10500879; Good 2005 (permutation tests).
    """
    from scipy.stats import chi2

    there = n.sum(axis=1) > 0
    n, hits = n[there], hits[there]
    row = {"reps": len(n), "n": int(n.sum())}
    chi, freedom = _chi(n, hits)
    if not freedom:
        return dict.fromkeys(_FOUND, np.nan) | {"degrees_of_freedom": 0} | row
    p = _dealt(n[:, 0], hits[:, 0], seed) if n.shape[1] == 1 else float(chi2.sf(chi, freedom))
    # What one deal leaves to chance, over all deals: the spread of rates that is worth 1.
    unit = hits.sum() / n.sum() * (1 - hits.sum() / n.sum()) / n.sum()
    spread = float(np.sqrt(max(chi - freedom, 0.0) * unit))
    detectable = float(np.sqrt(_seen_mostly(freedom) * unit))
    told = (chi, freedom, chi / freedom, p, spread, detectable)
    return dict(zip(_FOUND, told, strict=True)) | row


def _seen_mostly(freedom: int) -> float:
    """How far from chance a chi-square must lie to be seen in four of five cases."""
    from scipy.optimize import brentq
    from scipy.stats import chi2, ncx2

    limit = chi2.ppf(1 - CERTAIN, freedom)
    return float(brentq(lambda away: ncx2.sf(limit, freedom, away) - _POWER, 1e-6, 1e4))


def _chi(n: Floats, hits: Floats) -> tuple[float, int]:
    """Summed excess over the strata against its covariance, and the degrees of freedom.

    The covariance of thousands of groups is a diagonal less one product a stratum, so that what
    is inverted has a row a stratum and not a row a group (Woodbury).
    """
    cases, all_hits = n.sum(axis=0), hits.sum(axis=0)
    share = n / np.where(cases > 0, cases, 1.0)
    weight = all_hits * (cases - all_hits) / np.maximum(cases - 1, 1.0)
    excess, own = (hits - share * all_hits).sum(axis=1), share @ weight
    told, kept = own > 0, weight > 0
    if told.sum() < 2:
        return 0.0, 0
    excess = excess[told] / np.sqrt(own[told])
    factors = share[told][:, kept] * np.sqrt(weight[kept]) / np.sqrt(own[told])[:, None]
    values, vectors = np.linalg.eigh(np.eye(int(kept.sum())) - factors.T @ factors)
    real = values > _ZERO
    along = (vectors.T @ (factors.T @ excess))[real]
    chi = float(excess @ excess + (along**2 / values[real]).sum())
    freedom = int(told.sum()) - int((~real).sum())
    return (chi, freedom) if freedom else (0.0, 0)


def _dealt(n: Floats, hits: Floats, seed: int) -> float:
    """How often dealing the hits out by chance makes the groups differ at least as much."""
    cases, total = n.astype("int64"), int(hits.sum())
    random, deals = np.random.default_rng(seed), min(_DRAWS, _NUMBERS // len(n))
    drawn = random.multivariate_hypergeometric(cases, total, size=deals, method="marginals")
    expected = n * total / n.sum()

    def apart(counts: Any) -> Any:
        return ((counts - expected) ** 2 / n).sum(axis=-1)

    as_far = int((apart(drawn) >= apart(hits) * (1 - 1e-9)).sum())
    return (1 + as_far) / (1 + deals)
