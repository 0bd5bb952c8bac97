"""The groups of a small frame, for what is no aggregate of an engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd


def group_keys(by: str | Sequence[str] | None) -> list[str]:
    """The columns to group by, as a list.

    Examples
    --------
    >>> group_keys("region"), group_keys(None)
    (['region'], [])
    """
    return [by] if isinstance(by, str) else list(by or [])


def each_group(
    frame: pd.DataFrame, by: str | Sequence[str] | None
) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Go through the groups of a frame in order, null last; without a column all rows are one.

    Examples
    --------
    >>> frame = pd.DataFrame({"team": ["B", "A", None], "n": [1, 2, 3]})
    >>> [group["n"].tolist() for _, group in each_group(frame, "team")]
    [[2], [1], [3]]
    """
    keys = group_keys(by)
    if not keys:
        yield {}, frame
        return
    for value, group in frame.groupby(keys, dropna=False, sort=True, observed=True):
        yield dict(zip(keys, value, strict=True)), group


def counted_median(values: pd.Series[Any], counts: pd.Series[int]) -> float:
    """The median of values that come counted, without nulls; NaN where there are none.

    Examples
    --------
    >>> counted_median(pd.Series([10, 30, 40]), pd.Series([1, 1, 2]))
    35.0
    """
    if values.empty:
        return float("nan")
    ordered = values.sort_values()
    upto = counts.loc[ordered.index].cumsum().to_numpy()
    middle = upto.searchsorted([(upto[-1] - 1) // 2, upto[-1] // 2], side="right")
    return float(ordered.iloc[middle].mean())
