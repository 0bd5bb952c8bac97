"""What closes rows that are used to some metrics, seen only once all tables are let in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.identity import manager_loops
from spmkit.data.quality import to_pandas
from spmkit.data.schema import TABLES
from spmkit.data.snapshots import UNUSED


def dangling(
    used: Mapping[str, Any], whole: Collection[tuple[str, str]]
) -> Iterator[dict[str, Any]]:
    """Count the references to rows that are not there, one anti-join each but for the whole."""
    for name, native in used.items():
        frame = nw.from_native(native).lazy()
        columns = frame.collect_schema().names()
        for column, target in TABLES[name].references.items():
            table, _, key = target.partition(".")
            if table == "reps" or table not in used or column not in columns:
                continue
            if (name, column) in whole:
                continue
            known = nw.from_native(used[table]).lazy().select(nw.col(key).alias(column))
            loose = frame.filter(~nw.col(column).is_null()).join(known, on=column, how="anti")
            rows = int(to_pandas(loose.select(nw.len().alias("rows")))["rows"].iloc[0])
            if rows:
                yield _limit(name, f"{column} is not in {table}", f"metrics by {table}", rows)


def unused(used: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Say that snapshots are not read where a change log is given too."""
    if {"opportunity_history", "opportunity_snapshots"} <= set(used):
        taken = nw.from_native(used["opportunity_snapshots"]).lazy()
        rows = int(to_pandas(taken.select(nw.len().alias("rows")))["rows"].iloc[0])
        yield _limit("opportunity_snapshots", UNUSED, "all: the change log is used", rows)


def _limit(table: str, reason: str, closes: str, rows: int) -> dict[str, Any]:
    return {
        "table": table,
        "status": "limited",
        "reason": reason,
        "closes": closes,
        "rows": rows,
        "amount": None,
    }


def loops(reps: pd.DataFrame) -> list[dict[str, Any]]:
    """Say which managers manage each other in a ring."""
    return [
        _limit("reps", f"managers in a ring: {ring}", "roll-ups above them", ring.count("→"))
        for ring in manager_loops(reps)
    ]
