"""What share of decided value is usually won, and why that is not known where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data.quality import to_pandas
from spmkit.diagnostics.early_warnings_signals import bare_opportunities
from spmkit.diagnostics.opening import Diagnosis
from spmkit.diagnostics.programs_waves import known_periods

_YEAR = 4  # periods


def value_win_rates(diagnosis: Diagnosis) -> pd.Series[Any]:
    """What share of decided value was won in the four periods before each past one.

    What has no amount is in neither side. Where all of one side has none, nothing is said: the
    other would be everything.

    Returns
    -------
    pandas.Series
        By label, 0 where nothing of it was won; null where :func:`unknown_rates` says why.
    """
    won, other = _decided(diagnosis)
    rates = won["amount"] / (won["amount"] + other["amount"])
    return rates.where(unknown_rates(diagnosis) == "")


def unknown_rates(diagnosis: Diagnosis) -> pd.Series[Any]:
    """Why the share is not known before each past period: empty where it is."""
    won, other = _decided(diagnosis)
    blind = [(side["known"] == 0) & (side["rows"] > 0) for side in (won, other)]
    nothing = (won["rows"] + other["rows"]).fillna(0) == 0
    worthless = ~(won["amount"] + other["amount"] > 0)
    reasons = {
        "nothing was decided in the year before": nothing,
        "no won opportunity has an amount": blind[0],
        "no lost opportunity has an amount": blind[1],
        "all that was decided is worth 0": worthless,
    }
    why = np.select([one.to_numpy("bool") for one in reasons.values()], list(reasons), "")
    return pd.Series(why, won.index, dtype="object")


def _decided(diagnosis: Diagnosis) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The sums of the year before each known period: of what was won, and of what was not."""
    found: tuple[pd.DataFrame, pd.DataFrame] = diagnosis.found(_sides)
    return found


def _sides(diagnosis: Diagnosis) -> tuple[pd.DataFrame, pd.DataFrame]:
    known = [one.label for one in known_periods(diagnosis)]
    lines = nw.from_native(bare_opportunities(diagnosis)).lazy()
    closed = lines.filter(nw.col("closed_period").is_in(known))
    amount = nw.col("amount")
    sums = to_pandas(
        closed.group_by("closed_period", "won").agg(
            amount.sum().alias("amount"), amount.count().alias("known"), nw.len().alias("rows")
        )
    )
    is_won = sums["won"].astype(bool)
    return _year_before(sums[is_won], known), _year_before(sums[~is_won], known)


def _year_before(side: pd.DataFrame, known: Sequence[str]) -> pd.DataFrame:
    """The sums of the four periods before each, of what was won or of what was not."""
    own = side.set_index("closed_period")[["amount", "known", "rows"]]
    filled = own.astype("float64").reindex(list(known)).fillna(0.0)
    return filled.rolling(_YEAR, 1).sum().shift(1)
