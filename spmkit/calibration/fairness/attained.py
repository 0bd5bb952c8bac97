"""What each rep attained in each period of a panel, made comparable between periods."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

COLUMNS = ("period", "step", "season", "rep_id", "quota", "credited")
AT_WORK = 0.8
"""A period in which a rep was at work for less than this share tells nothing of the quota."""


def refuse_panel(panel: pd.DataFrame, *columns: str) -> None:
    """Raise unless a frame has the columns that are asked of it.

    Raises
    ------
    ValueError
        With the columns that are missing, and where they come from.
    """
    missing = [name for name in (columns or COLUMNS) if name not in panel.columns]
    if missing:
        raise ValueError(
            f"the panel has no column {', '.join(missing)}: take the frame of quota_panel, a row "
            "a rep and period."
        )


def attained_rows(panel: pd.DataFrame) -> pd.DataFrame:
    """The rows of a panel with an attainment, and the fiscal year of each.

    A row without a quota, with one of zero or less, or of a period that is not over has none.

    Parameters
    ----------
    panel
        A row a rep and period.

    Returns
    -------
    pandas.DataFrame
        The panel's columns, ``attainment`` and ``year`` (0 for the first fiscal year).

    Raises
    ------
    ValueError
        Where a column is missing.

    Examples
    --------
    >>> panel = pd.DataFrame({"period": ["2026Q3", "2026Q4", "2027Q1"], "step": [0, 1, 2],
    ...     "season": [3, 4, 1], "rep_id": "ada", "quota": [100.0, 100.0, np.nan],
    ...     "credited": [90.0, 120.0, 50.0]})
    >>> attained_rows(panel)[["attainment", "year"]].values.tolist()
    [[0.9, 0.0], [1.2, 0.0]]
    """
    refuse_panel(panel)
    rows = panel.assign(year=fiscal_years(panel))
    rows = rows[(rows["quota"] > 0) & rows["credited"].notna()]
    return rows.assign(attainment=rows["credited"] / rows["quota"]).reset_index(drop=True)


def fiscal_years(panel: pd.DataFrame) -> pd.Series[int]:
    """The number of each row's fiscal year: a new one begins where the season starts anew.

    Examples
    --------
    >>> panel = pd.DataFrame({"step": [0, 1, 2], "season": [4, 1, 2]})
    >>> fiscal_years(panel).tolist()
    [0, 1, 1]
    """
    known = panel[["step", "season"]].drop_duplicates("step").sort_values("step")
    year = (known["season"].diff() <= 0).cumsum()
    return panel["step"].map(dict(zip(known["step"], year, strict=True))).astype("int64")


def relative_attainment(rows: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """How far each rep attained more than everybody in the same periods, as a logarithm.

    All that a rep sold over all that the rep would have sold at everybody's attainment of the
    same periods: so no period counts as bad luck of those who had a quota in it, and a period
    without sales, which has no logarithm, does not get lost.

    Parameters
    ----------
    rows
        Of :func:`attained_rows`.
    by
        Columns that split a rep's rows, such as ``territory_id``; rows where one is null are left
        out.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, the columns split by, ``periods`` and ``relative`` (0 is everybody's
        attainment). Who sold nothing in all has none and no row.

    Examples
    --------
    >>> rows = pd.DataFrame({"step": [0, 0, 1], "rep_id": ["ada", "bo", "ada"],
    ...     "quota": [100.0, 100.0, 100.0], "credited": [50.0, 150.0, 200.0]})
    >>> relative_attainment(rows).round(2).values.tolist()
    [['ada', 2, -0.18], ['bo', 1, 0.41]]
    """
    sums = rows.groupby("step")[["credited", "quota"]].transform("sum")
    usual = rows["quota"] * sums["credited"] / sums["quota"]
    keys = ["rep_id", *by]
    kept = rows.assign(_usual=usual).dropna(subset=[*by])
    units = kept.groupby(keys, observed=True).agg(
        periods=("step", "size"), _sold=("credited", "sum"), _usual=("_usual", "sum")
    )
    units = units[(units["_sold"] > 0) & (units["_usual"] > 0)]
    relative = np.log(units["_sold"].to_numpy("float64") / units["_usual"].to_numpy("float64"))
    return units[["periods"]].assign(relative=relative).reset_index()
