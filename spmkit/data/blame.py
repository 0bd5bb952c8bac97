"""Say which entry of a mapping an error of DuckDB is about, and what was probably meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from spmkit.data.errors import nearest
from spmkit.data.folder import explained

if TYPE_CHECKING:
    import duckdb

_NAMED = re.compile(r'(?<=")[^"]+(?=")|(?<=with name )\w+')  # the words that an error is about
_NO_COLUMN = re.compile(r'(?:Referenced column|a column named) "([^"]+)"')


def blamed(error: duckdb.Error, given: Mapping[str, str], types: Mapping[str, str]) -> str:
    """Say what is wrong with which entry: the one that holds a word which the error names.

    Parameters
    ----------
    error
        What DuckDB raised.
    given
        A table's columns and their SQL.
    types
        The source's columns and their types.

    Examples
    --------
    >>> import duckdb
    >>> error = duckdb.BinderException('Referenced column "Ownr" not found in FROM clause!')
    >>> blamed(error, {"rep_id": "lower(Ownr)"}, {"Owner": "VARCHAR"})
    "rep_id = 'lower(Ownr)': no column 'Ownr' in the source. Did you mean 'Owner'?"
    """
    words = _NAMED.findall(str(error).split("\n")[0])
    for name, sql in given.items():
        if any(mentions(sql, word) for word in words):
            return f"{name} = {' '.join(sql.split())!r}: {_wrong(error, sql, types)}"
    return _wrong(error, "", types)


def _wrong(error: duckdb.Error, sql: str, types: Mapping[str, str]) -> str:
    hint = meant(sql, types)
    if column := _NO_COLUMN.search(str(error)):
        return f"no column {column[1]!r} in the source.{hint or nearest(column[1], types)}"
    return f"{explained(error)}{hint}"


def meant(sql: str, types: Mapping[str, str]) -> str:
    """Say which column a whole entry resembles: a misspelt "Amount (net)" reads as a call.

    Examples
    --------
    >>> meant("Amount (nett)", {"Amount (net)": "VARCHAR"})
    " Did you mean 'Amount (net)'?"
    """
    close = difflib.get_close_matches(sql.strip(), types, n=1, cutoff=0.8)
    return f" Did you mean {close[0]!r}?" if close else ""


def mentions(sql: str, column: str) -> bool:
    """Say whether an expression holds a name as a word of its own."""
    return re.search(rf"(?<!\w){re.escape(column)}(?!\w)", sql, re.IGNORECASE) is not None
