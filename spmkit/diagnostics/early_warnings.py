"""Whether warnings in the middle of a period foretold who would miss quota at its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.diagnostics.early_warnings_signals import (
    KEY,
    activity_change,
    credited_by_middle,
    missed_quotas,
    pipeline_at,
    pushed_deals,
    value_win_rates,
)
from spmkit.diagnostics.opening import Diagnosis
from spmkit.intervals import Floats
from spmkit.redraws import redrawn_interval

_WORST = 0.75  # the quarter of the reps of a period that stand worst is warned of
_COLUMNS = [
    *("warning", "n", "people", "flagged", "missed", "base"),
    *("precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high"),
    *("lift", "lift_low", "lift_high", "verdict", "status"),
]


def judged_warnings(diagnosis: Diagnosis) -> pd.DataFrame:
    """Back-test four warnings: raised in the middle of past periods, judged at their end.

    - ``coverage gap``: what is open, times the share of decided value won in the year before, is
      less than what is missing to quota;
    - ``slippage``, ``activity drop``, ``ageing``: the rep is in the worst quarter of those of the
      period by deals put off, by activities against the half period before, and by deals open for
      longer than twice the usual cycle, as shares of the open ones.

    Each uses only what had happened by then; but an opportunity's amount, and its owner, are those
    of today.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        A row a warning: ``n`` (reps and periods), ``people``, ``flagged``, ``missed``, ``base``
        (the share that missed), ``precision`` (of the flagged, who missed) and ``recall`` (of those
        who missed, the flagged), each with bounds (95 %, whole reps drawn anew), ``lift``
        (precision less base) with bounds, ``verdict`` (``tells``, ``misleads`` or ``cannot
        tell``) and ``status`` (why there is none).

    Raises
    ------
    DataError
        Where no rep has a quota in a past period.

    Examples
    --------
    >>> found = judged_warnings(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found["warning"].tolist()
    ['coverage gap', 'slippage', 'activity drop', 'ageing']

    References
    ----------
    Field and Welsh 2007 (whole clusters drawn anew), doi 10.1111/j.1467-9868.2007.00593.x.
    """
    name = f"early warnings up to {diagnosis.label}"
    found: pd.DataFrame = diagnosis.data.fact(name, lambda: _judged(diagnosis))
    return found


def _judged(diagnosis: Diagnosis) -> pd.DataFrame:
    missed = missed_quotas(diagnosis)
    rows = []
    for warning, way in _WARNINGS.items():
        try:
            flags = way(diagnosis, missed)
        except DataError as error:
            rows.append({"warning": warning, "verdict": "cannot tell", "status": str(error)})
            continue
        rows.append({"warning": warning} | back_tested(flags))
    return pd.DataFrame(rows, columns=_COLUMNS)


def back_tested(flags: pd.DataFrame) -> dict[str, Any]:
    """Judge one warning by what came after it.

    Parameters
    ----------
    flags
        A row a rep and period: ``rep_id``, ``flag`` and ``missed``; rows without a flag do not
        count.

    Returns
    -------
    dict
        The fields of :func:`judged_warnings`.

    Examples
    --------
    >>> flags = pd.DataFrame({"rep_id": list("aabb"), "flag": [True, True, False, False],
    ...     "missed": [True, False, True, False]})
    >>> found = back_tested(flags)
    >>> found["precision"], found["recall"], found["base"]
    (0.5, 0.5, 0.5)
    """
    known = flags.dropna(subset=["flag"])
    hit = known["flag"].astype(bool) & known["missed"].astype(bool)
    parts = known.assign(hit=hit, n=1)[["rep_id", "hit", "flag", "missed", "n"]]
    sums = parts.astype({"flag": "float64", "missed": "float64", "hit": "float64"})
    by_rep = sums.groupby("rep_id").sum()
    columns = {name: by_rep[name].to_numpy("float64") for name in ("hit", "flag", "missed", "n")}
    rates = {"precision": ("hit", "flag"), "recall": ("hit", "missed"), "base": ("missed", "n")}
    found: dict[str, Any] = {"n": len(known), "people": len(by_rep)}
    found |= {"flagged": int(columns["flag"].sum()), "missed": int(columns["missed"].sum())}
    ones = np.ones((1, len(by_rep)))
    for name, (top, bottom) in rates.items():
        found[name] = float(_ratio(ones, columns[top], columns[bottom])[0])
    for name in ("precision", "recall"):
        found |= _bounded(name, partial(_rate, columns, *rates[name]), len(by_rep))
    found["lift"] = found["precision"] - found["base"]
    found |= _bounded("lift", lambda drawn: _lift(drawn, columns), len(by_rep))
    return found | _verdict(found)


def _ratio(drawn: Floats, top: Floats, bottom: Floats) -> Floats:
    under = drawn @ bottom
    return np.asarray((drawn @ top) / np.where(under > 0, under, np.nan))


def _rate(columns: Mapping[str, Floats], top: str, bottom: str, drawn: Floats) -> Floats:
    return _ratio(drawn, columns[top], columns[bottom])


def _lift(drawn: Floats, columns: Mapping[str, Floats]) -> Floats:
    told = _ratio(drawn, columns["hit"], columns["flag"])
    return told - _ratio(drawn, columns["missed"], columns["n"])


def _bounded(name: str, statistic: Callable[[Floats], Floats], n: int) -> dict[str, float]:
    low, high = redrawn_interval(statistic, n)
    return {f"{name}_low": low, f"{name}_high": high}


def _verdict(found: Mapping[str, Any]) -> dict[str, str]:
    if not found["flagged"]:
        return {"verdict": "cannot tell", "status": "it was never raised"}
    if found["missed"] in {0, found["n"]}:
        return {"verdict": "cannot tell", "status": "everybody came to the same end"}
    if np.isnan(found["lift_low"]):
        return {"verdict": "cannot tell", "status": "too few reps"}
    if found["lift_low"] > 0:
        return {"verdict": "tells", "status": "ok"}
    if found["lift_high"] < 0:
        return {"verdict": "misleads", "status": "ok"}
    return {"verdict": "cannot tell", "status": "not told from the base rate"}


def _coverage(diagnosis: Diagnosis, missed: pd.DataFrame) -> pd.DataFrame:
    rows = missed.merge(pipeline_at(diagnosis), on=KEY, how="left")
    rows = rows.merge(credited_by_middle(diagnosis), on=KEY, how="left")
    numbers = rows[["amount", "so_far"]].astype("float64").fillna(0.0)
    expected = numbers["amount"] * rows["period"].map(value_win_rates(diagnosis)).to_numpy()
    gap = rows["quota"] - numbers["so_far"] > expected
    return rows.assign(flag=gap.astype("boolean").mask(expected.isna()))


def _slippage(diagnosis: Diagnosis, missed: pd.DataFrame) -> pd.DataFrame:
    rows = missed.merge(pipeline_at(diagnosis), on=KEY, how="left")
    rows = rows.merge(pushed_deals(diagnosis), on=KEY, how="left")
    return _worst(rows, rows["pushed"].fillna(0) / rows["deals"])


def _activity(diagnosis: Diagnosis, missed: pd.DataFrame) -> pd.DataFrame:
    rows = missed.merge(activity_change(diagnosis), on=KEY, how="left")
    return _worst(rows, -rows["change"])


def _ageing(diagnosis: Diagnosis, missed: pd.DataFrame) -> pd.DataFrame:
    rows = missed.merge(pipeline_at(diagnosis), on=KEY, how="left")
    return _worst(rows, rows["old"] / rows["deals"])


def _worst(rows: pd.DataFrame, bad: pd.Series[Any]) -> pd.DataFrame:
    """Flag the worst quarter of each period; where all stand alike, nobody."""
    values = bad.astype("float64")
    bound = values.groupby(rows["period"]).transform(lambda own: own.quantile(_WORST))
    return rows.assign(flag=(values > bound).astype("boolean").mask(values.isna()))


_WARNINGS: Mapping[str, Callable[[Diagnosis, pd.DataFrame], pd.DataFrame]] = {
    "coverage gap": _coverage,
    "slippage": _slippage,
    "activity drop": _activity,
    "ageing": _ageing,
}
