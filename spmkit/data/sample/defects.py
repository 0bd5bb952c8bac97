"""The few defects that every CRM has, planted in the first block and told in the truth."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute

from spmkit.data.sample.company import Array, Draw
from spmkit.data.sample.opportunities import LOST, OPEN, WON

UNKNOWN = ("R99901", "R99902")
Defects = dict[str, list[str]]


def plant(rows: pa.Table, draw: Draw) -> tuple[pa.Table, Defects]:
    """Spoil a few rows of opportunities.

    Parameters
    ----------
    rows
        The first block's rows.
    draw
        The same block's opportunities.

    Returns
    -------
    tuple
        The spoilt rows, and which opportunities have which defect.
    """
    late = _some(draw, WON, [0.2, 0.5, 0.8])
    unknown = np.append(_some(draw, LOST, [0.35]), _some(draw, OPEN, [0.6]))
    empty = np.append(_some(draw, LOST, [0.45, 0.75]), _some(draw, OPEN, [0.3, 0.8]))
    twice = _some(draw, LOST, [0.9])
    rows = _replaced(rows, "created_on", late, _days_after(rows, late))
    rows = _replaced(rows, "rep_id", unknown, list(UNKNOWN))
    rows = _replaced(rows, "amount", empty, [None] * len(empty))
    found = {
        "created_after_closed": late,
        "unknown_owner": unknown,
        "missing_amount": empty,
        "duplicate": twice,
    }
    ids = rows.column("opportunity_id")
    told = {name: ids.take(pa.array(where)).to_pylist() for name, where in found.items()}
    return pa.concat_tables([rows, rows.take(pa.array(twice))]).unify_dictionaries(), told


def _some(draw: Draw, outcome: int, places: list[float]) -> Array:
    """Choose opportunities with an outcome, at parts of the way through the block."""
    rows = np.flatnonzero(draw["outcome"] == outcome)
    return rows[(np.array(places) * len(rows)).astype(np.int64)]


def _days_after(rows: pa.Table, where: Array) -> list[object]:
    """Give days that lie five days after the closing."""
    closed = rows.column("closed_on").take(pa.array(where)).to_pylist()
    return [day + timedelta(days=5) for day in closed]


def _replaced(rows: pa.Table, name: str, where: Array, values: list[object]) -> pa.Table:
    """Put values into a few rows of one column."""
    column = rows.column(name)
    kind = column.type
    plain = column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column
    mask = np.zeros(len(rows), dtype=bool)
    mask[where] = True
    ordered = [values[place] for place in np.argsort(where)]
    filled = pa.compute.replace_with_mask(
        plain.combine_chunks(), pa.array(mask), pa.array(ordered, plain.type)
    )
    if pa.types.is_dictionary(kind):
        filled = filled.dictionary_encode()
    return rows.set_column(rows.schema.get_field_index(name), name, filled)
