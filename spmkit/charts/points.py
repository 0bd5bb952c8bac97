"""As many points of a curve as a screen can show."""

from __future__ import annotations

import numpy as np
import pandas as pd

MOST = 500
"""Of a chart some hundred pixels wide more cannot be told apart; a page carries every one."""


def thinned(curve: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """Keep evenly spaced rows of a curve that has more than can be seen, its ends among them.

    Parameters
    ----------
    curve
        A row a point, in order.
    most
        How many to keep, at least 2.

    Examples
    --------
    >>> thinned(pd.DataFrame({"share": range(10)}), most=4)["share"].tolist()
    [0, 3, 6, 9]
    """
    if len(curve) <= most:
        return curve
    places = np.linspace(0, len(curve) - 1, most).round().astype(int)
    return curve.iloc[places].reset_index(drop=True)
