"""Where a gap is: a change split over groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
import pandas as pd

from spmkit.declaration import Metric, metric_name
from spmkit.measure import measure_parts
from spmkit.traits import Traits
from spmkit.units import NUMBER

_EXACT = 1e-9


def gap_breakdown(
    now: object, before: object, metric: Metric, by: str | Sequence[str]
) -> Annotated[pd.DataFrame, NUMBER, Traits("any lines", "neither")]:
    """Where a gap is: the change of one metric, split over groups into parts that add up to it.

    For a ratio, a group counts by its rate (it does better or worse than before) and by its
    mix (it has become a larger or smaller part of the whole, and is better or worse than the
    whole). Both are taken at the mean of the two periods, so that the order of the periods does
    not matter. A group that is in one period only has no change of rate: all of its part is mix.

    Parameters
    ----------
    now, before
        Lines of the two periods, of any engine. For a gap to plan instead of to the past, give
        as ``before`` the same lines with credit set to quota.
    metric
        A ratio, a share, or a total (its parts are then the groups' own changes).
    by
        A column or several.

    Returns
    -------
    pandas.DataFrame
        The group columns, ``value``, ``value_before`` (null where undefined), ``rate``, ``mix``
        (null of a total), ``contribution`` (in the metric's unit; they sum to the change) and
        ``status`` (``ok``, ``only now`` or ``only before``).

    Raises
    ------
    ValueError
        Where the metric does not split into groups (a median, say), or is undefined as a whole in
        one of the periods.

    Examples
    --------
    >>> before = pd.DataFrame({"team": ["A", "B"], "credited": [90.0, 50.0], "quota": 100.0})
    >>> now = pd.DataFrame({"team": ["A", "B"], "credited": [70.0, 60.0], "quota": 100.0})
    >>> gap_breakdown(now, before, spm.attainment, by="team")[["team", "contribution"]].round(3)
      team  contribution
    0    A         -0.10
    1    B          0.05

    References
    ----------
    Marshall and Edgeworth's midpoint weights; Oaxaca (1973) and Blinder (1973) for the two parts.
    """
    keys = [by] if isinstance(by, str) else list(by)
    sides = [measure_parts(frame, metric, keys) for frame in (now, before)]
    _refuse_undefined(metric, [now, before])
    both = sides[0].merge(sides[1], on=keys, how="outer", suffixes=("", "_before"), indicator=True)
    parts = _total_parts(both) if both["denominator"].isna().all() else _ratio_parts(both)
    status = (
        both["_merge"]
        .astype(str)
        .map({"both": "ok", "left_only": "only now", "right_only": "only before"})
    )
    found = both[keys].assign(**parts, status=status)
    _refuse_inexact(metric, found, [now, before])
    return found


def _whole(metric: Metric, frame: object) -> float:
    whole = measure_parts(frame, metric, []).iloc[0]
    over = whole["denominator"]
    if pd.isna(over):
        return float(whole["numerator"])
    return float(whole["numerator"] / over) if over else float("nan")


def _refuse_undefined(metric: Metric, frames: Sequence[object]) -> None:
    for name, frame in zip(("now", "before"), frames, strict=True):
        if np.isnan(_whole(metric, frame)):
            raise ValueError(
                f"{metric_name(metric)} is undefined {name}: there is no gap to break down."
            )


def _refuse_inexact(metric: Metric, found: pd.DataFrame, frames: Sequence[object]) -> None:
    now, before = (_whole(metric, frame) for frame in frames)
    off = abs(found["contribution"].sum() - (now - before))
    if off > _EXACT * max(abs(now), abs(before), 1.0):
        raise ValueError(
            f"{metric_name(metric)} does not split into groups: its groups do not add up to the "
            "whole. Give a total, a ratio or a share."
        )


def _total_parts(both: pd.DataFrame) -> dict[str, pd.Series[float]]:
    value, earlier = both["numerator"], both["numerator_before"]
    change = value.fillna(0.0) - earlier.fillna(0.0)
    none = pd.Series(np.nan, index=both.index)
    return {
        "value": value,
        "value_before": earlier,
        "rate": none,
        "mix": none,
        "contribution": change,
    }


def _ratio_parts(both: pd.DataFrame) -> dict[str, pd.Series[float]]:
    side = {name: both[name].fillna(0.0).astype("float64") for name in _PARTS}
    weights = [_weight(side["denominator"]), _weight(side["denominator_before"])]
    ratios = [
        (side[f"numerator{end}"] / side[f"denominator{end}"]).where(side[f"denominator{end}"] != 0)
        for end in ("", "_before")
    ]
    stray = [
        side[f"numerator{end}"].where(side[f"denominator{end}"] == 0, 0.0)
        / side[f"denominator{end}"].sum()
        for end in ("", "_before")
    ]
    known = [ratios[0].fillna(ratios[1]).fillna(0.0), ratios[1].fillna(ratios[0]).fillna(0.0)]
    whole = sum(
        side[f"numerator{end}"].sum() / side[f"denominator{end}"].sum() for end in ("", "_before")
    )
    rate = (weights[0] + weights[1]) / 2 * (known[0] - known[1])
    mix = ((known[0] + known[1]) / 2 - whole / 2) * (weights[0] - weights[1])
    mix = mix + stray[0] - stray[1]  # a numerator without a denominator has no rate
    return {
        "value": ratios[0],
        "value_before": ratios[1],
        "rate": rate,
        "mix": mix,
        "contribution": rate + mix,
    }


_PARTS = ("numerator", "denominator", "numerator_before", "denominator_before")


def _weight(denominator: pd.Series[float]) -> pd.Series[float]:
    return denominator / denominator.sum()
