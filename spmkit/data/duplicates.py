"""Rows that share a key: a row that only says the same again, and rows that disagree."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.folder import ROW
from spmkit.data.frames import like
from spmkit.data.quality import AMOUNTS, to_pandas
from spmkit.data.schema import TABLES

SAME = "the same row again (the first is used)"
DISAGREE = "rows with one key disagree"
_KEY = "_key"
_MARK = "\x1f"


def without(frame: Any, table: str, con: Any) -> tuple[Any, pd.DataFrame]:
    """Set the rows aside that repeat a key.

    Returns
    -------
    tuple
        The frame without them, and a frame of ``reason``, ``rows``, ``amount`` and
        ``places`` (row, key and reason of each row set aside).
    """
    columns = frame.collect_schema().names()
    key = [name for name in TABLES[table].key if name in columns]
    if not key or len(key) < len([n for n in TABLES[table].key if n in TABLES[table].needed]):
        return frame, _none()
    keyed = frame.with_columns(_key(key).alias(_KEY))
    counted = keyed.group_by(_KEY).agg(nw.len().alias("_n")).filter(nw.col("_n") > 1)
    repeated = to_pandas(counted.select(_KEY))
    if repeated.empty:
        return frame, _none()
    rows = to_pandas(keyed.join(like(repeated, frame, con), on=_KEY, how="inner"))
    judged = _judged(rows, columns)
    mark = ROW if ROW in columns else _KEY
    gone = judged[judged["reason"].notna()][[mark]].drop_duplicates()
    kept = keyed.join(like(gone, frame, con), on=mark, how="anti").drop(_KEY)
    return kept, _summed(judged.dropna(subset=["reason"]), table)


def _key(names: list[str]) -> nw.Expr:
    texts = [nw.col(name).cast(nw.String).fill_null("") for name in names]
    return nw.concat_str(*texts, separator=_MARK) if len(texts) > 1 else texts[0]


def _judged(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Say of each row why it is set aside; the first of rows that agree is not."""
    said = [name for name in columns if name in rows and not name.startswith("_")]
    texts = rows[said].astype("string").fillna("").agg(_MARK.join, axis=1)
    agree = texts.groupby(rows[_KEY]).transform("nunique") == 1
    if ROW not in rows:  # without row numbers no one of them can be named and kept
        return rows.assign(reason=DISAGREE)
    first = rows[ROW] == rows.groupby(_KEY)[ROW].transform("min")
    reason = pd.Series(DISAGREE, index=rows.index, dtype="object").mask(agree, SAME)
    return rows.assign(reason=reason.mask(agree & first, None))


def _summed(judged: pd.DataFrame, table: str) -> pd.DataFrame:
    amount = AMOUNTS.get(table)
    lines = []
    for reason, group in judged.groupby("reason"):
        places = pd.DataFrame(
            {
                "row": group.get(ROW),
                "key": group[_KEY].str.replace(_MARK, " "),
                "reason": reason,
            }
        )
        value = group[amount].sum(min_count=1) if amount in group else None
        lines.append({"reason": reason, "rows": len(group), "amount": value, "places": places})
    return pd.DataFrame(lines).astype({"amount": "float64"})


def _none() -> pd.DataFrame:
    empty = pd.DataFrame({"reason": [], "rows": [], "amount": [], "places": []}, dtype="object")
    return empty.astype({"rows": "int64", "amount": "float64"})
