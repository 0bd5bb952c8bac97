"""Money to the cent: at quota is credited at least the quota, once both are whole cents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit.units import Column

_HALF = 0.5001  # of a cent: a sum of floats may fall short of a half by a rounding error


def cents(amount: Column) -> Column:
    """Round money to whole cents, halves up; engines' own rounding differs on halves.

    Examples
    --------
    >>> import narwhals.stable.v2 as nw
    >>> frame = nw.from_native(pd.DataFrame({"credited": [99.995, 99.994, 0.1 + 0.2]}))
    >>> frame.select(cents(nw.col("credited")))["credited"].to_list()
    [10000.0, 9999.0, 30.0]
    """
    return (amount * 100 + _HALF).floor()


def in_cents(amounts: pd.Series[Any]) -> pd.Series[Any]:
    """Do the same as :func:`cents` to a column of pandas.

    Examples
    --------
    >>> in_cents(pd.Series([99.995, 99.994, 0.1 + 0.2])).tolist()
    [10000.0, 9999.0, 30.0]
    """
    return (amounts * 100 + _HALF).apply(np.floor)
