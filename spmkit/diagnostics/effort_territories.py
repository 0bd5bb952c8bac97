"""What lies in each rep's territories, on the last day that the data of a period has seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError
from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed
from spmkit.diagnostics.opening import Diagnosis
from spmkit.measure import measure
from spmkit.metrics.territories import territory_potential
from spmkit.metrics.territories.lines import mapped_accounts, not_churned
from spmkit.segmentation import balance_index, territory_balance


def potential_of_reps(diagnosis: Diagnosis) -> pd.DataFrame:
    """The potential of the territories that each rep holds at the end of the window.

    Returns
    -------
    pandas.DataFrame
        ``rep_id`` and ``potential`` (of a shared territory the rep's share); no rows where
        territories, their accounts or their potential are not known.
    """
    nothing = pd.DataFrame({"rep_id": pd.Series(dtype="object"), "potential": []})
    if "territory_assignments" not in diagnosis.data:
        return nothing
    try:
        lines = diagnosis.found(_territories)
    except DataError:
        return nothing
    held = _held(diagnosis).merge(lines, on="territory_id")
    held["potential"] = held["territory_potential"].astype("float64") * held["share"]
    return held.groupby("rep_id")["potential"].sum(min_count=1).reset_index()


def _territories(diagnosis: Diagnosis) -> pd.DataFrame:
    """Potential as of :func:`spmkit.territory_lines`, whose sales and hours are not read for it."""
    span = diagnosis.data.calendar.period(diagnosis.label)
    accounts = not_churned(mapped_accounts(diagnosis.data), span)
    found = measure(accounts.to_native(), territory_potential, by="territory_id")
    return found[["territory_id", "territory_potential"]].dropna(subset=["territory_potential"])


def _held(diagnosis: Diagnosis) -> pd.DataFrame:
    """Who holds which territory on the last day; without a share all of it."""
    frame = nw.from_native(diagnosis.data.territory_assignments).lazy()
    rows = to_pandas(completed(frame, "territory_assignments", *_SPELL))
    starts, ends = (pd.to_datetime(rows[name]) for name in _SPELL[:2])
    there = (starts.isna() | (starts <= diagnosis.end)) & (ends.isna() | (ends >= diagnosis.end))
    share = pd.to_numeric(rows["share"]).astype("float64").fillna(1.0)
    return rows.assign(share=share)[there][["territory_id", "rep_id", "share"]].astype(
        {"territory_id": "object", "rep_id": "object"}
    )


_SPELL: Sequence[str] = ("starts_on", "ends_on", "share")


def territories_balanced(diagnosis: Diagnosis) -> pd.Series[Any]:
    """How even the potential of the territories is, as :func:`spmkit.territory_balance` says.

    Raises
    ------
    DataError
        Where accounts say no territories, or no potential.
    """
    lines = diagnosis.found(_territories).rename(columns={"territory_potential": "potential"})
    lines = lines[lines["territory_id"].notna()]
    if lines.empty or not lines["potential"].sum() > 0:
        raise DataError("unavailable: needs accounts.potential to say how even territories are.")
    row: pd.Series[Any] = territory_balance(balance_index(lines, {"potential": 1.0})).iloc[0]
    return row
