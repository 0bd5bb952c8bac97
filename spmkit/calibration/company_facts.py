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


def accounts_without_potential(data: SalesData) -> tuple[int, int]:
    """How many accounts have no potential given, and how many there are.

    Both are 0 where there are no accounts, or where none has a potential: then there is none to
    sum, and nothing of it to be missing.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "accounts": pd.DataFrame({"account_id": ["a", "b"], "rep_id": "ada",
    ...         "potential": [300.0, None]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> accounts_without_potential(data)
    (1, 2)
    """
    accounts = nw.from_native(data.accounts).lazy() if "accounts" in data else None
    if accounts is None or "potential" not in accounts.collect_schema().names():
        return 0, 0
    empty = nw.col("potential").is_null().cast(nw.Int64).sum().alias("unknown")
    found = to_pandas(accounts.select(empty, nw.len().cast(nw.Int64).alias("accounts")))
    unknown, number = (int(found[name].fillna(0).iloc[0]) for name in ("unknown", "accounts"))
    return (unknown, number) if unknown < number else (0, 0)


def unknown_potential(data: SalesData, period: str) -> pd.DataFrame:
    """How many accounts of each rep have no potential given, where some of them have.

    An empty potential is not known, and is not none: what the others sum to is the least that the
    territory has. It is taken as that and said to be, since one empty cell of a hundred would else
    make a territory unknown.

    Parameters
    ----------
    data
        An open source.
    period
        On whose last day territories are held.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``unknown`` and ``accounts`` (how many there are); reps of whom all potential
        is known, or none, are left out.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada", "bo"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "accounts": pd.DataFrame({"account_id": ["a", "b", "c"], "rep_id": ["ada", "ada", "bo"],
    ...         "potential": [300.0, None, 0.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> unknown_potential(data, "2026Q3").values.tolist()
    [['ada', 1, 2]]
    """
    counts = _account_counts(data, period)
    some = counts[(counts["unknown"] > 0) & (counts["unknown"] < counts["accounts"])]
    return some.reset_index(drop=True)


def _account_counts(data: SalesData, period: str) -> pd.DataFrame:
    """Accounts of each rep that are not lost, and those of them without a potential."""
    columns = ["rep_id", "unknown", "accounts"]
    asked = data.calendar.period(period)
    territories = held_territories(data, asked)
    key = "territory_id" if territories else "rep_id"
    accounts = nw.from_native(data.accounts).lazy() if "accounts" in data else None
    there = accounts.collect_schema().names() if accounts is not None else []
    if accounts is None or key not in there or "potential" not in there:
        return pd.DataFrame(columns=columns).astype({"unknown": "int64", "accounts": "int64"})
    if "churned_on" in there:
        lost = nw.col("churned_on").cast(nw.Date) < nw.lit(asked.start)
        accounts = accounts.filter(nw.col("churned_on").is_null() | ~lost)
    empty = nw.col("potential").is_null().cast(nw.Int64).sum().alias("unknown")
    number = nw.len().cast(nw.Int64).alias("accounts")
    found = to_pandas(accounts.filter(~nw.col(key).is_null()).group_by(key).agg(empty, number))
    found = found.astype({"unknown": "int64", "accounts": "int64"})
    if territories:
        holds = [(rep, one) for rep, joined in territories.items() for one in joined.split("+")]
        found = found.merge(pd.DataFrame(holds, columns=["rep_id", key]), on=key)
    return found.groupby("rep_id", as_index=False)[["unknown", "accounts"]].sum()[columns]
