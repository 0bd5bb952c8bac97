"""Whether warnings in the middle of a period foretold who would miss quota at its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.diagnostics.early_warnings_rates import unknown_rates, value_win_rates
from spmkit.diagnostics.early_warnings_signals import (
    KEY,
    activity_change,
    credited_by_middle,
    cycles_by_middle,
    missed_quotas,
    pipeline_at,
    pushed_deals,
)
from spmkit.diagnostics.opening import Diagnosis
from spmkit.intervals import Floats
from spmkit.redraws import drawn_bounds, drawn_sums

_LEVEL = 0.05
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
      period by deals put off, by activities held against the half period before, and by deals
      open for longer than twice the median cycle of what had been won by then, as shares of the
      open ones.

    Each uses only what had happened by then; but an opportunity's amount, and its owner, are those
    of today. An opportunity without a day of creation is in none. Where amounts are not known, of
    what is open, of what was credited, or of all that was lost, nobody is said to have a gap.

    Verdicts are corrected for all warnings that are judged; the bounds shown are not.

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
        tell``; all warnings that were judged counted) and ``status`` (why there is none).

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
    Field and Welsh 2007 (whole clusters drawn anew), doi 10.1111/j.1467-9868.2007.00593.x;
    Bonferroni's correction of the verdicts.
    """
    name = f"early warnings up to {diagnosis.label}"
    found: pd.DataFrame = diagnosis.data.fact(name, lambda: _judged(diagnosis))
    return found


def _judged(diagnosis: Diagnosis) -> pd.DataFrame:
    missed = missed_quotas(diagnosis)
    raised = {name: _raised(way, diagnosis, missed) for name, way in _WARNINGS.items()}
    together = sum(isinstance(found, pd.DataFrame) for found in raised.values())
    rows = [{"warning": name} | _told(found, together) for name, found in raised.items()]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _raised(
    way: Callable[[Diagnosis, pd.DataFrame], pd.DataFrame],
    diagnosis: Diagnosis,
    missed: pd.DataFrame,
) -> pd.DataFrame | str:
    """Whom a warning was raised of; or why it cannot be."""
    try:
        return way(diagnosis, missed)
    except DataError as error:
        return str(error)


def _told(found: pd.DataFrame | str, together: int) -> dict[str, Any]:
    if isinstance(found, str):
        return {"verdict": "cannot tell", "status": found}
    return back_tested(found, together)


def back_tested(flags: pd.DataFrame, together: int = 1) -> dict[str, Any]:
    """Judge one warning by what came after it.

    Parameters
    ----------
    flags
        A row a rep and period: ``rep_id``, ``flag`` and ``missed``; rows without a flag do not
        count.
    together
        How many warnings are judged together: of several, one seems to tell by chance sooner.

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
    by_rep = _counted(flags.dropna(subset=["flag"]))
    sums, people = by_rep.sum(axis=0), len(by_rep)
    found: dict[str, Any] = dict(zip(_COUNTED, sums.astype(int), strict=True)) | {"people": people}
    found |= {name: float(value[0]) for name, value in _rates(sums[None]).items()}
    drawn = _rates(drawn_sums(by_rep)) if people else {}
    for name, values in drawn.items():
        low, high = drawn_bounds(values, people, 1 - _LEVEL)
        found |= {f"{name}_low": low, f"{name}_high": high}
    strict = drawn_bounds(drawn["lift"], people, 1 - _LEVEL / together) if people else _UNKNOWN
    return found | _verdict(found, strict)


_COUNTED = ("hit", "flagged", "missed", "n")
_UNKNOWN = (np.nan, np.nan)


def _counted(known: pd.DataFrame) -> Floats:
    """A row a rep: how often warned and missed, warned, missed, and looked at."""
    flag, missed = known["flag"].astype(bool), known["missed"].astype(bool)
    columns = pd.DataFrame({"hit": flag & missed, "flagged": flag, "missed": missed, "n": True})
    return columns.astype("float64").groupby(known["rep_id"]).sum().to_numpy("float64")


def _rates(sums: Floats) -> dict[str, Floats]:
    """Precision, recall, base rate and lift of each row of sums."""
    hit, flagged, missed, n = sums.T
    precision, recall, base = (
        over / np.where(under > 0, under, np.nan)
        for over, under in ((hit, flagged), (hit, missed), (missed, n))
    )
    return {"precision": precision, "recall": recall, "base": base, "lift": precision - base}


def _verdict(found: Mapping[str, Any], strict: tuple[float, float]) -> dict[str, str]:
    """The verdict, or why there is none: the first reason that applies."""
    reasons = {
        "of nobody is it known whether it was raised": not found["n"],
        "it was never raised": not found["flagged"],
        "everybody came to the same end": found["missed"] in {0, found["n"]},
        "too few reps": np.isnan(strict[0]),
        "not told from the base rate": found.get("lift_low", 0) <= 0 <= found.get("lift_high", 0),
        "told alone, but not with all warnings counted": strict[0] <= 0 <= strict[1],
    }
    why = next((reason for reason, holds in reasons.items() if holds), None)
    if why:
        return {"verdict": "cannot tell", "status": why}
    return {"verdict": "tells" if strict[0] > 0 else "misleads", "status": "ok"}


def _coverage(diagnosis: Diagnosis, missed: pd.DataFrame) -> pd.DataFrame:
    why = unknown_rates(diagnosis).reindex(missed["period"].unique())
    if why.ne("").all():
        reasons = " and ".join(why.unique())
        raise DataError(
            f"unavailable: the share of decided value that is won is not known: {reasons}."
        )
    amount = _beside(missed, pipeline_at(diagnosis), "amount")
    so_far = _beside(missed, credited_by_middle(diagnosis), "so_far")
    expected = amount * missed["period"].map(value_win_rates(diagnosis)).astype("float64")
    unknown = expected.isna() | so_far.isna()
    gap = (missed["quota"] - so_far > expected).astype("boolean")
    return missed.assign(flag=gap.mask(unknown))


def _beside(missed: pd.DataFrame, found: pd.DataFrame, column: str) -> pd.Series[Any]:
    """A sum of each rep and period: 0 of whom nothing is there, null where amounts are unknown."""
    both = missed[KEY].merge(found[[*KEY, column]], on=KEY, how="left", indicator=True)
    values = both[column].astype("float64").mask(both["_merge"] == "left_only", 0.0)
    return values.set_axis(missed.index)


def _slippage(diagnosis: Diagnosis, missed: pd.DataFrame) -> pd.DataFrame:
    rows = missed.merge(pipeline_at(diagnosis), on=KEY, how="left")
    rows = rows.merge(pushed_deals(diagnosis), on=KEY, how="left")
    return _worst(rows, rows["pushed"].fillna(0) / rows["deals"])


def _activity(diagnosis: Diagnosis, missed: pd.DataFrame) -> pd.DataFrame:
    rows = missed.merge(activity_change(diagnosis), on=KEY, how="left")
    return _worst(rows, -rows["change"])


def _ageing(diagnosis: Diagnosis, missed: pd.DataFrame) -> pd.DataFrame:
    if cycles_by_middle(diagnosis).isna().all():
        raise DataError("unavailable: no win whose days from creation to closing are known.")
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
