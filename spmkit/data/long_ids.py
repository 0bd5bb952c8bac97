"""Ids of 15 and of 18 characters that name the same row: the long form repeats the short one."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.frames import distinct, like
from spmkit.data.quality import to_pandas

_SHORT, _LONG = 15, 18


def loose_references(frame: Any, column: str, target: Any, key: str) -> pd.DataFrame:
    """The references to no row, each once; those that cannot be an id's other form as one null.

    Parameters
    ----------
    frame
        The lazy frame of the references.
    column
        The column that refers.
    target
        The lazy frame of the rows referred to.
    key
        Their key.

    Returns
    -------
    pandas.DataFrame
        ``column`` alone; no row where every reference finds its own.
    """
    known = target.select(nw.col(key).alias(column))
    loose = frame.select(column).filter(~nw.col(column).is_null()).join(known, column, how="anti")
    size = nw.col(column).str.len_chars()
    told = nw.when(size.is_in([_SHORT, _LONG])).then(nw.col(column))
    return to_pandas(distinct(loose.select(told.alias(column))))


def other_form(loose: pd.DataFrame, column: str, target: Any, key: str, con: Any) -> dict[str, str]:
    """Say which key is meant by each loose reference that has it in the other form.

    Parameters
    ----------
    loose
        As :func:`loose_references` gives them.
    column
        The column that refers.
    target
        The lazy frame of the rows referred to.
    key
        Their key.
    con
        The connection of the target.

    Returns
    -------
    dict
        Reference to key; one whose first 15 characters begin several keys is not in it.
    """
    loose = loose.dropna(subset=[column])
    if loose.empty:
        return {}
    loose = loose.assign(short=loose[column].str[:_SHORT])
    known = distinct(target.select(nw.col(key).alias(column)))
    known = known.filter(nw.col(column).str.len_chars().is_in([_SHORT, _LONG]))
    wanted = like(loose[["short"]].drop_duplicates(), known, con)
    shortened = known.with_columns(nw.col(column).str.slice(0, _SHORT).alias("short"))
    keys = to_pandas(shortened.join(wanted, on="short", how="inner"))
    return _pairs(loose, keys.drop_duplicates("short", keep=False), column)


def _pairs(loose: pd.DataFrame, keys: pd.DataFrame, column: str) -> dict[str, str]:
    found = loose.merge(keys, on="short", suffixes=("", "_key"))
    apart = found[column].str.len() != found[f"{column}_key"].str.len()
    return dict(zip(found.loc[apart, column], found.loc[apart, f"{column}_key"], strict=True))
