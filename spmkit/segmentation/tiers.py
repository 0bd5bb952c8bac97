"""Reps in tiers of performance, only as far as their ranks are sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spmkit.engine import as_pandas
from spmkit.segmentation.shrinkage import shrunken
from spmkit.traits import Traits
from spmkit.units import PERCENT

Floats: TypeAlias = NDArray[np.float64]

FEWEST_RANKED, FEWEST_QUARTILES = 8, 12
UNCLASSIFIED = "unclassified"

_TIERS = {3: ("bottom", "middle", "top"), 4: ("bottom", "lower middle", "upper middle", "top")}
_DRAWS, _AT_ONCE, _SEED = 10_000, 500, 0
_INTERVAL = 1.2815515655446004  # standard deviations either side that hold 80 % of a normal
_EMPTY = ("shrunken", "low", "high", "top_probability", "bottom_probability", "tier_probability")


def performance_tier(
    frame: Any,
    value: str = "attainment",
    *,
    group: str = "rep_id",
    standard_error: str | None = None,
    within: str | Sequence[str] = (),
    certainty: float = 0.8,
) -> Annotated[
    pd.DataFrame, PERCENT, Traits("any measured reps", "neither", columns=("rep_id", "attainment"))
]:
    """Quartile of each rep's shrunken performance among peers, where it is sure enough.

    Each rep's value is pulled towards the peers' mean by its share of error,
    then 10,000 worlds are drawn in which every rep is somewhere within the own
    error: a tier is given only where the rep is in it in 80 % of them. So two
    reps whose intervals overlap are not put on two sides of a line. It is no
    list for dismissals: most reps of a team cannot be told apart by a year's
    results. Give a value adjusted for territory where there is one.

    Parameters
    ----------
    frame
        One row a rep and period with the value (at least some reps with two periods, from whose
        spread the errors come), or one row a rep with the value and its standard error.
    value
        The column to rank by, higher being better.
    group
        The column that says who.
    standard_error
        The column of standard errors; none estimates one error of a period from all peers and
        divides it by the root of the rep's number of periods.
    within
        The column or columns that make peers, such as role and segment; none takes all as peers.
    certainty
        The probability from which a tier is given.

    Returns
    -------
    pandas.DataFrame
        One row a rep: the peers' columns, the rep, ``value`` (mean over the periods), ``n``
        (periods with a value), ``standard_error``, ``shrunken`` with the bounds ``low`` and
        ``high`` (80 %), ``top_probability`` (to be among the best quarter), likewise
        ``bottom_probability``, ``tier`` ("top", "upper middle", "lower middle", "bottom";
        tertiles "top", "middle", "bottom" among 8 to 11 peers; or "unclassified") with its
        ``tier_probability`` (null without a tier), ``peers`` and ``status``: ``ok``,
        ``insufficient n`` (fewer than 8 peers are not ranked), ``undefined: no value`` or
        ``undefined: no standard error``. Equal reps share a tier.

    Raises
    ------
    ValueError
        Where the certainty is not above 0.5 and up to 1, a value is infinite, a standard error is
        negative, or a rep with a given standard error has two rows.

    Examples
    --------
    >>> reps = pd.DataFrame({"rep_id": list("abcdefghijkl"), "error": 0.05,
    ...     "attainment": [0.3, 0.5, 0.6, 0.97, 0.98, 0.99, 1.01, 1.02, 1.03, 1.04, 1.6, 1.9]})
    >>> found = performance_tier(reps, standard_error="error")
    >>> found["tier"].iloc[[0, 5, 11]].tolist()
    ['bottom', 'unclassified', 'top']

    References
    ----------
    Catalogue G1; on the uncertainty of ranks, Goldstein and Spiegelhalter 1996,
    doi 10.2307/2983325.
    """
    frame = as_pandas(frame)
    if not 0.5 < certainty <= 1:
        raise ValueError(f"certainty is {certainty}: write a probability above 0.5, such as 0.8.")
    peers = [within] if isinstance(within, str) else list(within)
    reps = _values(frame, [*peers, group], value)
    reps["standard_error"] = (
        _given_errors(frame, reps, [*peers, group], standard_error)
        if standard_error
        else _pooled_errors(reps, peers)
    )
    tiered = [_tiered(part, certainty) for part in _parts(reps, peers)]
    found = pd.concat(tiered, ignore_index=True) if tiered else _tiered(reps, certainty)
    return found.drop(columns="deviations")


def _values(frame: pd.DataFrame, keys: Sequence[str], value: str) -> pd.DataFrame:
    """One row a rep: mean, number of values, and the squared deviations from the own mean."""
    known = frame[list(keys)].assign(value=frame[value].astype("float64"))
    if np.isinf(known["value"]).any():
        raise ValueError(f"{value} is infinite on some row: give null where it is undefined.")
    grouped = known.groupby(list(keys), dropna=False, observed=True)["value"]
    found = grouped.agg(value="mean", n="count", variance="var").reset_index()
    spread = (found["variance"] * (found["n"] - 1)).fillna(0.0)
    return found.drop(columns="variance").assign(deviations=spread)


def _given_errors(
    frame: pd.DataFrame, reps: pd.DataFrame, keys: Sequence[str], column: str
) -> pd.Series[float]:
    if len(reps) < len(frame):
        raise ValueError(f"{column!r} is given, so each rep needs one row: some have several.")
    errors = reps[list(keys)].merge(frame[[*keys, column]], on=list(keys), how="left")[column]
    if (errors < 0).any():
        raise ValueError(f"{column!r} is negative in some rows: a standard error is 0 or more.")
    return errors.astype("float64")


def _pooled_errors(reps: pd.DataFrame, peers: Sequence[str]) -> pd.Series[float]:
    """One error of a period for all peers: that of a few periods of one rep is mostly chance."""
    freedom = (reps["n"] - 1).clip(lower=0)
    pooled = reps.assign(freedom=freedom)
    if peers:
        sums = pooled.groupby(list(peers), dropna=False)[["deviations", "freedom"]].transform("sum")
    else:
        sums = pooled.assign(deviations=reps["deviations"].sum(), freedom=freedom.sum())
    variance = sums["deviations"] / sums["freedom"].where(sums["freedom"] > 0)
    return pd.Series(np.sqrt(variance / reps["n"].where(reps["n"] > 0)), index=reps.index)


def _parts(reps: pd.DataFrame, peers: Sequence[str]) -> list[pd.DataFrame]:
    if not peers:
        return [reps] if len(reps) else []
    return [part for _, part in reps.groupby(list(peers), dropna=False, observed=True)]


def _tiered(reps: pd.DataFrame, certainty: float) -> pd.DataFrame:
    rated = reps["value"].notna() & reps["standard_error"].notna()
    count = int(rated.sum())
    found = reps.assign(**dict.fromkeys(_EMPTY, np.nan), tier=None, peers=count)
    found["status"] = np.select(
        [reps["value"].isna(), ~rated, np.full(len(reps), count < FEWEST_RANKED)],
        ["undefined: no value", "undefined: no standard error", "insufficient n"],
        "ok",
    )
    if count < FEWEST_RANKED:
        return found
    ranked = _ranked(reps.loc[rated, "value"], reps.loc[rated, "standard_error"], certainty)
    found[list(ranked.columns)] = ranked.reindex(found.index)
    return found


def _ranked(values: pd.Series[float], errors: pd.Series[float], certainty: float) -> pd.DataFrame:
    middle, spread = shrunken(np.asarray(values, np.float64), np.asarray(errors, np.float64))
    names = _TIERS[4 if len(values) >= FEWEST_QUARTILES else 3]
    shares = _shared(_tier_shares(middle, spread, len(names)), middle, spread)
    best = shares.argmax(axis=1)
    chance = shares.max(axis=1)
    sure = chance >= certainty
    return pd.DataFrame(
        {
            "shrunken": middle,
            "low": middle - _INTERVAL * spread,
            "high": middle + _INTERVAL * spread,
            "top_probability": shares[:, -1],
            "bottom_probability": shares[:, 0],
            "tier": np.where(sure, np.array(names, dtype=object)[best], UNCLASSIFIED),
            "tier_probability": np.where(sure, chance, np.nan),
        },
        index=values.index,
    )


def _tier_shares(middle: Floats, spread: Floats, tiers: int) -> Floats:
    """How often each rep is in each tier, over normal draws of all of them."""
    count = len(middle)
    rng = np.random.default_rng(_SEED)
    hits = np.zeros((count, tiers))
    for _ in range(_DRAWS // _AT_ONCE):
        drawn = middle + spread * rng.standard_normal((_AT_ONCE, count))
        places = drawn.argsort(axis=1, kind="stable").argsort(axis=1)
        tier = places * tiers // count
        hits += np.stack([(tier == number).sum(axis=0) for number in range(tiers)], axis=1)
    return hits / _DRAWS


def _shared(shares: Floats, middle: Floats, spread: Floats) -> Floats:
    """Equal reps get equal shares: which of them the draws favour is chance."""
    keys = pd.DataFrame({"middle": middle.round(12), "spread": spread.round(12)})
    equal = pd.DataFrame(shares).groupby([keys["middle"], keys["spread"]]).transform("mean")
    return equal.to_numpy("float64")
