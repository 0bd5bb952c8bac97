"""Facts of a company beside its panel: the plan, quotas changed by hand, potential of nobody."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment.factors import held_territories
from spmkit.attainment.plans import plan_lines, quota_releases
from spmkit.data import DataError, SalesData
from spmkit.data.quality import to_pandas


def plan_of(data: SalesData, period: str) -> tuple[float, float]:
    """The company's plan and the rep quotas below it; NaN where there is none."""
    lines = plan_lines(data, period)
    whole = lines[lines["level"] == "company"]
    if whole.empty:
        return float("nan"), float("nan")
    return float(whole["plan"].sum()), float(whole["assigned"].sum())


def changed_quotas(data: SalesData, period: str) -> float:
    """How many quotas of a period were issued again after their release; NaN where not dated."""
    try:
        releases = quota_releases(data, period)
    except DataError:
        return float("nan")
    return float((releases["versions"] > 1).sum())


def unheld_territories(data: SalesData, period: str) -> list[str]:
    """The territories with accounts that nobody holds on a period's last day.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "accounts": pd.DataFrame({"account_id": ["a", "b"], "territory_id": ["w", "e"]}),
    ...     "territory_assignments": pd.DataFrame({"territory_id": ["w"], "rep_id": "ada",
    ...         "starts_on": "2026-01-01"}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> unheld_territories(data, "2026Q4")
    ['e']
    """
    if "accounts" not in data or "territory_assignments" not in data:
        return []
    accounts = nw.from_native(data.accounts).lazy()
    if "territory_id" not in accounts.collect_schema().names():
        return []
    known = to_pandas(accounts.select("territory_id").unique())["territory_id"].dropna()
    held = held_territories(data, data.calendar.period(period)).values()
    taken = {one for joined in held for one in joined.split("+")}
    return sorted(str(one) for one in known if one not in taken)


def unassigned_potential(data: SalesData, period: str) -> float:
    """The share of the potential that no rep holds on a period's last day; NaN without any.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "accounts": pd.DataFrame({"account_id": ["a", "b"], "rep_id": ["ada", None],
    ...         "potential": [300.0, 100.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> unassigned_potential(data, "2026Q3")
    0.25
    """
    if "accounts" not in data:
        return float("nan")
    accounts = nw.from_native(data.accounts).lazy()
    there = accounts.collect_schema().names()
    if "potential" not in there:
        return float("nan")
    kept = [name for name in ("territory_id", "rep_id") if name in there]
    sums = to_pandas(accounts.group_by(kept).agg(nw.col("potential").sum()))
    whole = float(sums["potential"].sum())
    if not whole > 0:
        return float("nan")
    held = _held(data, period, sums)
    return float(sums.loc[~held, "potential"].sum()) / whole


def _held(data: SalesData, period: str, sums: pd.DataFrame) -> pd.Series[bool]:
    territories = held_territories(data, data.calendar.period(period))
    if territories and "territory_id" in sums:
        known = {one for joined in territories.values() for one in joined.split("+")}
        return sums["territory_id"].isin(known)
    return sums["rep_id"].notna() if "rep_id" in sums else pd.Series(data=False, index=sums.index)
