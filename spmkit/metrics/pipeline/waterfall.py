"""The waterfall that sums what happened to the pipeline between two days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.engine import collected, lazy_columns
from spmkit.expressions import count
from spmkit.metrics.pipeline.changes import KINDS, in_cents
from spmkit.traits import Traits
from spmkit.units import MONEY

_TOLD = ["amount", "n", "unknown"]


def pipeline_waterfall(
    lines: Any, by: str | Sequence[str] | None = None
) -> Annotated[
    pd.DataFrame,
    MONEY,
    Traits("pipeline_changes", "neither", "leading", columns=("kind", "amount")),
]:
    """Open pipeline at the start, what was added and taken away, and what was open at the end.

    A large step down and a large step up may be one opportunity that changed
    hands: by rep both show, overall neither.

    Parameters
    ----------
    lines
        Rows of :func:`pipeline_changes`, of any engine.
    by
        A column or several to group by, such as ``rep``; without any the changes of owner, which
        cancel out, are left out.

    Returns
    -------
    pandas.DataFrame
        The group columns, ``kind`` (``start`` to ``end``, in the order in which they are added),
        ``amount`` (signed money, 0 where nothing of the kind happened), ``n``, the rows
        behind it, and ``unknown``, those of them without an amount, which add nothing. For each
        group start + the steps = end, to the cent.

    Raises
    ------
    ValueError
        Where the lines do not add up, because some of them are missing.

    Examples
    --------
    >>> lines = pd.DataFrame({"kind": ["start", "downsized", "end"], "amount": [60.0, -10.0, 50.0]})
    >>> found = pipeline_waterfall(lines)
    >>> found[found["n"] > 0]
            kind  amount  n  unknown
    0      start    60.0  1        0
    5  downsized   -10.0  1        0
    8        end    50.0  1        0

    References
    ----------
    Catalogue W16; the terms of pipeline flow and waterfall pages of forecasting software.
    """
    keys = [by] if isinstance(by, str) else list(by or [])
    read = lazy_columns(lines, [*keys, "kind", "amount"])
    cents = in_cents(nw.col("amount")).fill_null(0).alias("cents")
    summed = collected(
        read.with_columns(cents)
        .group_by(*keys, "kind")
        .agg(
            nw.col("cents").sum(),
            nw.len().alias("n"),
            count(nw.col("amount").is_null()).alias("unknown"),
        )
    )
    steps = _every_kind(summed, keys)
    _refuse_unequal(steps, keys)
    return steps.assign(amount=steps["cents"] / 100)[[*keys, "kind", *_TOLD]]


def _every_kind(summed: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Give every group a row of each kind; a kind that did not happen is a true 0."""
    kinds = [kind for kind in KINDS if keys or not kind.startswith("reassigned")]
    groups = summed[keys].drop_duplicates() if keys else pd.DataFrame(index=[0])
    ordered = pd.DataFrame({"kind": kinds, "_place": range(len(kinds))})
    full = groups.merge(ordered, how="cross").merge(summed, on=[*keys, "kind"], how="left")
    counts = ["cents", "n", "unknown"]
    full = full.fillna(dict.fromkeys(counts, 0)).astype(dict.fromkeys(counts, "int64"))
    return full.sort_values([*keys, "_place"], ignore_index=True).drop(columns="_place")


def _refuse_unequal(steps: pd.DataFrame, keys: list[str]) -> None:
    sign = steps["kind"].map(lambda kind: -1 if kind == "end" else 1)
    left = (steps["cents"] * sign).groupby(
        [steps[k] for k in keys] or (steps["n"] * 0), dropna=False
    )
    if (left.sum() != 0).any():
        raise ValueError(
            "start and the steps do not add up to end: give every row of pipeline_changes, of "
            "all kinds."
        )
