"""Win rates of reps as evidence of skill that is not quota attainment."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.quality import to_pandas
from spmkit.expressions import period_of

WIN_RATE = "win rate of other periods"
"""The column of a panel that the test of skill reads."""
_FEWEST = 10  # decided opportunities, below which a rate is mostly chance
_DECIDED = ("won", "lost", "no_decision")


def with_win_rates(data: SalesData, panel: pd.DataFrame) -> pd.DataFrame:
    """Add to each row of a panel what share of the rep's opportunities was won in other periods.

    In others, so that the luck of a period is not on both sides when attainment is held against
    it. Null with fewer than ten decided; without the column where nothing is known of what was
    lost, for then all rates are one.

    Parameters
    ----------
    data
        An open source.
    panel
        As :func:`quota_panel` gives it.

    Examples
    --------
    >>> ten = [f"o{number}" for number in range(20)]
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ten, "rep_id": "ada",
    ...         "closed_on": ["2026-04-01"] * 10 + ["2026-07-01"] * 10,
    ...         "outcome": ["won"] * 4 + ["lost"] * 6 + ["won"] * 5 + ["lost"] * 5}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> panel = pd.DataFrame({"rep_id": "ada", "period": ["2026Q2", "2026Q3"]})
    >>> with_win_rates(data, panel)[WIN_RATE].tolist()
    [0.5, 0.4]
    """
    counts = _decided(data, panel)
    if counts.empty or counts["won"].sum() == counts["decided"].sum():
        return panel
    whole = counts.groupby("rep_id")[["won", "decided"]].sum().reindex(panel["rep_id"])
    keys = pd.MultiIndex.from_frame(panel[["rep_id", "period"]])
    own = counts.set_index(["rep_id", "period"]).reindex(keys).fillna(0)
    won, decided = (
        whole[name].to_numpy("float64") - own[name].to_numpy("float64") for name in whole
    )
    enough = decided >= _FEWEST
    rate = np.divide(won, decided, out=np.full(len(panel), np.nan), where=enough)
    return panel.assign(**{WIN_RATE: rate})


def _decided(data: SalesData, panel: pd.DataFrame) -> pd.DataFrame:
    """Won and decided opportunities of each rep and period."""
    frame = nw.from_native(data.opportunities).lazy()
    wanted = {"rep_id", "outcome", "closed_on"}
    if not wanted <= set(frame.collect_schema().names()):
        return pd.DataFrame(columns=["rep_id", "period", "won", "decided"])
    periods = [data.calendar.period(label) for label in panel["period"].unique()]
    label = period_of(nw.col("closed_on"), periods).alias("period")
    lines = frame.filter(nw.col("outcome").is_in(list(_DECIDED))).with_columns(label)
    lines = lines.filter(~nw.col("period").is_null(), ~nw.col("rep_id").is_null())
    won = (nw.col("outcome") == "won").cast(nw.Int64).sum().alias("won")
    sums = lines.group_by("rep_id", "period").agg(won, nw.len().cast(nw.Int64).alias("decided"))
    return to_pandas(sums).astype({"rep_id": "object", "won": "float64", "decided": "float64"})
