"""How many rows of a table fail which checks, and what amounts they hold: one pass a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.mapping import ZONED
from spmkit.data.quality import AMOUNTS, REASON, Check, to_pandas


def count_reasons(
    frame: Any, table: str, columns: Iterable[str], limits: Sequence[Check] = ()
) -> pd.DataFrame:
    """Rows and amounts of a frame by reason, in one pass; the reason of used rows is null.

    With ``limits`` each reason also has the sums that :func:`defects_in` reads.
    """
    named = set(columns)
    sums = [nw.len().alias("rows"), *_defect_sums(table, named, limits)]
    if AMOUNTS.get(table) in named:
        sums.append(_total(nw.col(AMOUNTS[table])).alias("amount"))
    if ZONED in named:
        sums.append(nw.col(ZONED).max().alias(ZONED))
    counted = to_pandas(frame.group_by(REASON).agg(*sums))
    return counted.rename(columns={REASON: "reason"}).astype({"rows": "int64"})


def _total(amount: nw.Expr) -> nw.Expr:
    """Sum amounts; nothing to sum is null, not 0."""
    return nw.when(amount.count() > 0).then(amount.sum())


def _defect_sums(table: str, columns: set[str], limits: Sequence[Check]) -> list[nw.Expr]:
    amount = AMOUNTS.get(table)
    value = nw.col(amount) if amount in columns else nw.lit(None, nw.Float64)
    sums = []
    for i, check in enumerate(limits):
        hit = nw.when(check.fails)
        sums.append(hit.then(nw.lit(1)).otherwise(nw.lit(0)).sum().alias(f"rows{i}"))
        sums.append(_total(hit.then(value)).alias(f"amount{i}"))
    return sums


def count_defects(
    frame: Any, table: str, columns: Iterable[str], limits: Sequence[Check]
) -> pd.DataFrame:
    """Rows and amounts of used rows that some metrics cannot use, by defect, in one pass."""
    if not limits:
        return defects_in(pd.DataFrame(), limits)
    return defects_in(to_pandas(frame.select(*_defect_sums(table, set(columns), limits))), limits)


def defects_in(counted: pd.DataFrame, limits: Sequence[Check]) -> pd.DataFrame:
    """The defects that were found, of the sums of the used rows; of no rows there are none."""
    columns = ["reason", "closes", "rows", "amount"]
    if counted.empty:
        return pd.DataFrame(columns=columns)
    row = counted.iloc[0]
    found = pd.DataFrame(
        {
            "reason": [check.reason for check in limits],
            "closes": [check.closes for check in limits],
            "rows": [int(row[f"rows{i}"] or 0) for i in range(len(limits))],
            "amount": [row[f"amount{i}"] for i in range(len(limits))],
        }
    )
    return found[found["rows"] > 0].reset_index(drop=True)
