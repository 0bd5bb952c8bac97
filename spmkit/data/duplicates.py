"""Rows that share a key: a row that only says the same again, and rows that disagree."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.folder import ROW
from spmkit.data.frames import like
from spmkit.data.identity import AS_WRITTEN
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
    written = [name + AS_WRITTEN for name in key if name + AS_WRITTEN in columns]
    keyed = frame.with_columns(_key([*key, *written]).alias(_KEY))
    counted = keyed.group_by(_KEY).agg(nw.len().alias("_n")).filter(nw.col("_n") > 1)
    repeated = to_pandas(counted.select(_KEY))
    if repeated.empty:
        return frame, _none()
    rows = to_pandas(keyed.join(like(repeated, frame, con), on=_KEY, how="inner"))
    judged = _judged(rows.sort_values(_KEY), columns)
    kept = _by_row(keyed, judged, con) if ROW in columns else _by_key(keyed, judged, con)
    return kept.drop(_KEY), _summed(judged.dropna(subset=["reason"]), table)


def _by_row(keyed: Any, judged: pd.DataFrame, con: Any) -> Any:
    gone = judged[judged["reason"].notna()][[ROW]].drop_duplicates()
    return keyed.join(like(gone, keyed, con), on=ROW, how="anti")


def _by_key(keyed: Any, judged: pd.DataFrame, con: Any) -> Any:
    """Without row numbers no one of the rows can be named: take those out, put one back in."""
    repeated = judged[[_KEY]].drop_duplicates()
    agreeing = judged.loc[judged["reason"].isna(), [_KEY]]
    single = keyed.join(like(repeated, keyed, con), on=_KEY, how="anti")
    if agreeing.empty:
        return single
    once = keyed.join(like(agreeing, keyed, con), on=_KEY, how="inner").unique()
    return nw.concat([single, once.select(*single.collect_schema().names())])


def _key(names: list[str]) -> nw.Expr:
    texts = [nw.col(name).cast(nw.String).fill_null("") for name in names]
    return nw.concat_str(*texts, separator=_MARK) if len(texts) > 1 else texts[0]


def _judged(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Say of each row why it is set aside; the first of rows that agree is not."""
    said = [name for name in columns if name in rows and not name.startswith("_")]
    texts = rows[said].astype("string").fillna("").agg(_MARK.join, axis=1)
    agree = texts.groupby(rows[_KEY]).transform("nunique") == 1
    if ROW in rows:
        first = rows[ROW] == rows.groupby(_KEY)[ROW].transform("min")
    else:
        first = ~rows.duplicated(_KEY)
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
