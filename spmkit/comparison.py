"""Two measured frames side by side: what changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from spmkit.answers import NO_ROWS, Floats, sorted_by
from spmkit.intervals import difference_interval

_ENDINGS = ("_n", "_status", "_low", "_high")


def compare(
    now: pd.DataFrame, before: pd.DataFrame, by: str | Sequence[str] | None = None
) -> pd.DataFrame:
    """Put two measured frames side by side, with the change of every metric.

    Parameters
    ----------
    now, before
        Frames that :func:`spmkit.measure` made of the same metrics by the same columns.
    by
        The columns they were measured by; None takes those that belong to no metric.

    Returns
    -------
    pandas.DataFrame
        The group columns of both frames, null groups matched, then for each metric ``m``:
        ``m``, ``m_before``, ``m_change`` (now − before; of a percent 0.03 is 3 points), ``m_n``,
        ``m_n_before``, ``m_status``, ``m_status_before`` and, where both were measured with a
        confidence, ``m_low``, ``m_high``, ``m_low_before``, ``m_high_before``, ``m_change_low``
        and ``m_change_high`` (the two taken for independent, which is rather too wide where the
        same people stand behind both). A metric to which :func:`spmkit.measure` gives no interval
        has none here either: for one, compare frames of :func:`spmkit.bootstrap_interval`. A group
        in one frame only is null in the other, n 0.

    Raises
    ------
    ValueError
        Where the two hold different metrics, or a group twice.

    Examples
    --------
    >>> rates = [pd.DataFrame({"won": flags, "closed": True, "renewal": False})
    ...     for flags in ([True, True, False, False], [True, False, False, False])]
    >>> now, before = [spm.measure(rate, spm.win_rate) for rate in rates]
    >>> compare(now, before)[["win_rate", "win_rate_before", "win_rate_change"]]
       win_rate  win_rate_before  win_rate_change
    0       0.5             0.25             0.25
    """
    metrics = _shared_metrics(now, before)
    found = dict.fromkeys([*_group_columns(now, metrics), *_group_columns(before, metrics)])
    keys = [by] if isinstance(by, str) else list(by or found)
    _refuse_other_groups(keys, now, before)
    both = _side_by_side(now, before, keys)
    columns = {key: both[key] for key in keys}
    for metric in metrics:
        columns |= _change(metric, both)
    return sorted_by(pd.DataFrame(columns), keys)


def _metrics_of(measured: pd.DataFrame) -> list[str]:
    return [m for m in measured.columns if {f"{m}_n", f"{m}_status"} <= set(measured.columns)]


def _shared_metrics(now: pd.DataFrame, before: pd.DataFrame) -> list[str]:
    metrics = _metrics_of(now)
    apart = set(metrics) ^ set(_metrics_of(before))
    if apart or not metrics:
        named = ", ".join(sorted(apart)) or "none in either"
        raise ValueError(f"the two frames hold different metrics ({named}): measure both alike.")
    return metrics


def _group_columns(measured: pd.DataFrame, metrics: Sequence[str]) -> list[str]:
    own = {f"{m}{ending}" for m in metrics for ending in ("", *_ENDINGS)}
    return [column for column in measured.columns if column not in own]


def _refuse_other_groups(keys: Sequence[str], now: pd.DataFrame, before: pd.DataFrame) -> None:
    for key in keys:
        if key not in now.columns or key not in before.columns:
            raise ValueError(f"not both frames have the column {key!r}: measure both alike.")


def _side_by_side(now: pd.DataFrame, before: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    later = before.rename(columns={c: f"{c}_before" for c in before.columns if c not in keys})
    if keys:
        return now.merge(later, on=keys, how="outer", validate="one_to_one")
    return now.merge(later, how="cross")


def _change(metric: str, both: pd.DataFrame) -> dict[str, Any]:
    value, earlier = both[metric], both[f"{metric}_before"]
    columns: dict[str, Any] = {
        metric: value,
        f"{metric}_before": earlier,
        f"{metric}_change": value - earlier,
    }
    for name in (f"{metric}_n", f"{metric}_n_before"):
        columns[name] = both[name].fillna(0).astype("int64")
    for name in (f"{metric}_status", f"{metric}_status_before"):
        columns[name] = both[name].fillna(NO_ROWS)
    return columns | _change_bounds(metric, both)


def _change_bounds(metric: str, both: pd.DataFrame) -> dict[str, Any]:
    now = [f"{metric}{ending}" for ending in ("", "_low", "_high")]
    before = [f"{name}_before" for name in now]
    if not {*now, *before} <= set(both.columns):
        return {}
    low, high = difference_interval(_estimate(both, now), _estimate(both, before))
    kept = {name: both[name] for name in (*now[1:], *before[1:])}
    return {**kept, f"{metric}_change_low": low, f"{metric}_change_high": high}


def _estimate(both: pd.DataFrame, names: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    value, low, high = (both[name].to_numpy("float64") for name in names)
    return value, low, high
