"""Periodic snapshots of opportunities turned into the changes between them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.frames import like
from spmkit.data.schema import HISTORY_FIELDS

UNUSED = "opportunity_history is given too"
_CHANGES = "opportunity_history"
_SNAPSHOTS = "opportunity_snapshots"


def with_changes(tables: Mapping[str, Any], con: Any) -> dict[str, Any]:
    """Add the change log that snapshots amount to, where none is given.

    Parameters
    ----------
    tables
        The usable tables by name, native frames of one engine.
    con
        The DuckDB connection of the tables, None where they are an engine's own.

    Returns
    -------
    dict
        The tables, ``opportunity_history`` among them where there are snapshots: computed
        lazily, each time that it is read.
    """
    if _CHANGES in tables or _SNAPSHOTS not in tables:
        return dict(tables)
    changes = snapshot_changes(nw.from_native(tables[_SNAPSHOTS]).lazy(), con).to_native()
    if con is not None:
        changes.create_view(_CHANGES)
        changes = con.table(_CHANGES)
    return {**tables, _CHANGES: changes}


def snapshot_changes(taken: nw.LazyFrame[Any], con: Any) -> nw.LazyFrame[Any]:
    """Compare each snapshot of an opportunity with the one before: a row a field that differs.

    A change is dated at the start of the later snapshot's day. The first time that an
    opportunity appears, what it holds was nothing before. One that is missing from a
    snapshot has not changed.

    Parameters
    ----------
    taken
        Rows of ``opportunity_snapshots``, lazily.
    con
        The DuckDB connection of the rows, or None.
    """
    there = taken.collect_schema().names()
    fields = [name for name in HISTORY_FIELDS if name in there]
    if not fields:  # a list of ids says nothing of how they stood
        taken, fields = taken.with_columns(nw.lit(None, nw.String).alias("stage")), ["stage"]
    texts = taken.select(
        "opportunity_id",
        "taken_on",
        *[nw.col(name).cast(nw.String).alias(_new(name)) for name in fields],
    )
    before = [
        nw.col(_new(name)).shift(1).over("opportunity_id", order_by="taken_on").alias(_old(name))
        for name in fields
    ]
    names = like(pd.DataFrame({"field": fields}), taken, con)
    # One window, then a row a field: a union of the fields would compute the window for each.
    each = texts.with_columns(*before).join(names, how="cross")
    changes = each.select(
        "opportunity_id",
        "field",
        _of_field([_old(name) for name in fields], fields).alias("old_value"),
        _of_field([_new(name) for name in fields], fields).alias("new_value"),
        nw.col("taken_on").cast(nw.Datetime("us")).alias("changed_at"),
    )
    return changes.filter(_differ(nw.col("old_value"), nw.col("new_value")))


def _new(field: str) -> str:
    return f"_new_{field}"


def _old(field: str) -> str:
    return f"_old_{field}"


def _of_field(columns: list[str], fields: list[str]) -> nw.Expr:
    """The column that belongs to the field of a row."""
    none = nw.lit(None, nw.String)
    return reduce(
        lambda other, pair: (
            nw.when(nw.col("field") == pair[1]).then(nw.col(pair[0])).otherwise(other)
        ),
        zip(columns, fields, strict=True),
        none,
    )


def _differ(old: nw.Expr, new: nw.Expr) -> nw.Expr:
    """Whether two values differ, of which nothing and nothing are the same."""
    return (old.is_null() != new.is_null()) | (old != new).fill_null(value=False)
