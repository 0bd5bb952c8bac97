"""A tidy table as what reads it needs it: there, and with the columns that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import narwhals.stable.v2 as nw

from spmkit.data.errors import DataError
from spmkit.data.schema import TABLES, Kind

if TYPE_CHECKING:
    from spmkit.data.sources import SalesData

Lazy: TypeAlias = "nw.LazyFrame[Any]"

TYPES: Mapping[Kind, Any] = {
    "text": nw.String,
    "date": nw.Date,
    "moment": nw.Datetime,
    "money": nw.Float64,
    "number": nw.Float64,
    "flag": nw.Boolean,
}


def required(data: SalesData, table: str, *columns: str) -> Lazy:
    """Open a table lazily, or say that what needs it is unavailable.

    Raises
    ------
    DataError
        With the table or the column that is missing, and the remedy.

    Examples
    --------
    >>> data = spm.open_data({"reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...     "outcome": ["open"]})}, settings={"as_of": "2026-10-02"})
    >>> required(data, "opportunities", "amount")
    Traceback (most recent call last):
    ...
    spmkit.data.errors.DataError: unavailable: needs opportunities.amount. Add the column, or ...
    """
    if table not in data:
        raise DataError(
            f"unavailable: needs {table}. Add a file {table}.csv or {table}.parquet, or map one "
            f'in spmkit.toml: [{table}] from = "your_file.csv".'
        )
    frame: Lazy = nw.from_native(data[table]).lazy()
    for name in columns:
        if name not in frame.collect_schema().names():
            raise DataError(
                f"unavailable: needs {table}.{name}. Add the column, or map it in spmkit.toml."
            )
    return frame


def completed(frame: Lazy, table: str, *columns: str) -> Lazy:
    """Add those columns of a table that its source lacks: null, of the dictionary's kind.

    Examples
    --------
    >>> lines = nw.from_native(pd.DataFrame({"opportunity_id": ["o"]}).convert_dtypes()).lazy()
    >>> completed(lines, "opportunities", "amount").collect_schema().names()
    ['opportunity_id', 'amount']
    """
    there, kinds = frame.collect_schema().names(), TABLES[table].columns
    absent = [name for name in columns if name not in there]
    nulls = [nw.lit(None, TYPES[kinds[name]]).alias(name) for name in absent]
    return frame.with_columns(*nulls) if nulls else frame
