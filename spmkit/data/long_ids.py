"""Ids of 15 and of 18 characters that name the same row: the long form repeats the short one."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.frames import distinct, like
from spmkit.data.quality import to_pandas

_SHORT, _LONG = 15, 18


def other_form(frame: Any, column: str, target: Any, key: str, con: Any) -> dict[str, str]:
    """Say which key is meant by each reference that has it in the other form.

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
    con
        The connection of both.

    Returns
    -------
    dict
        Reference to key; a reference that is a key as it stands is not in it, nor one whose
        first 15 characters begin several keys.
    """
    size = nw.col(column).str.len_chars()
    known = distinct(target.select(nw.col(key).alias(column))).filter(size.is_in([_SHORT, _LONG]))
    referred = distinct(frame.select(column)).filter(size.is_in([_SHORT, _LONG]))
    loose = to_pandas(referred.join(known, on=column, how="anti"))
    if loose.empty:
        return {}
    loose = loose.assign(short=loose[column].str[:_SHORT])
    wanted = like(loose[["short"]].drop_duplicates(), frame, con)
    shortened = known.with_columns(nw.col(column).str.slice(0, _SHORT).alias("short"))
    keys = to_pandas(shortened.join(wanted, on="short", how="inner"))
    return _pairs(loose, keys.drop_duplicates("short", keep=False), column)


def _pairs(loose: pd.DataFrame, keys: pd.DataFrame, column: str) -> dict[str, str]:
    found = loose.merge(keys, on="short", suffixes=("", "_key"))
    apart = found[column].str.len() != found[f"{column}_key"].str.len()
    return dict(zip(found.loc[apart, column], found.loc[apart, f"{column}_key"], strict=True))
