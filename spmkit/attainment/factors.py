"""Quota factors: what a rep was given and did not make, beside quota and credited sales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment.credits import of_kind
from spmkit.attainment.lines import asked_periods, quota_lines
from spmkit.data import DataError, SalesData
from spmkit.data.assignments import assignment_spells
from spmkit.data.quality import to_pandas
from spmkit.expressions import period_of, total
from spmkit.periods import Period

_OWN = ["rep_id", "rep", "period", "team", "region", "role", "segment"]
_SUMS = ["potential", "accounts"]
_DAYS_A_YEAR = 365.25


def quota_factors(data: SalesData, period: str | None = None) -> pd.DataFrame:
    """One row a rep with a quota, with factors that should not decide whether it is reached.

    Parameters
    ----------
    data
        An open source.
    period
        A label such as ``"2026Q3"``, or none for the last complete period; it must be over.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``rep``, ``period``, ``team``, ``region``, ``role``, ``segment``,
        ``rep_quota``, ``rep_credited``; ``potential`` and ``accounts`` (their number) of whoever
        held the territory on the period's last day (without territories: of the accounts' owners
        now), accounts lost before it left out; ``tenure_years`` on its first day;
        ``last_year`` (credited in the same period a year before) and ``last_year_growth`` (over
        the year before that), null where nothing was credited. What the tables do not have is
        null.

    Raises
    ------
    DataError
        Where there are no quotas, or the period is not over.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"], "hired_on": "2024-07-01"}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": "won", "closed_on": ["2026-07-01", "2025-08-01"],
    ...         "amount": [90.0, 60.0]}),
    ...     "accounts": pd.DataFrame({"account_id": ["a"], "rep_id": "ada", "potential": [500.0]}),
    ...     "quotas": pd.DataFrame({"rep_id": ["ada"], "period_start": "2026-07-01",
    ...         "period_end": "2026-09-30", "quota": [100.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> quota_factors(data)[["rep_quota", "potential", "last_year"]].values.tolist()
    [[100.0, 500.0, 60.0]]
    """
    if "quotas" not in data:
        raise DataError("unavailable: needs quotas.")
    (asked,) = asked_periods(data, period)
    if not data.calendar.is_complete(asked, data.as_of):
        raise DataError(f"{asked.label} is not over ({data.as_of}): ask for a complete period.")
    lines = quota_lines(data, asked.label)
    found = lines.loc[lines["rep_quota"].notna(), [*_OWN, "rep_quota", "rep_credited"]]
    for more in (held_potential(data, asked), _tenure(data, asked), _last_years(data, asked)):
        found = found.merge(more, on="rep_id", how="left")
    return found.reset_index(drop=True)


def held_potential(data: SalesData, period: Period) -> pd.DataFrame:
    """Sum potential and number of the accounts that each rep held on a period's last day.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "accounts": pd.DataFrame({"account_id": ["a"], "rep_id": "ada", "potential": [500.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> held_potential(data, data.calendar.period("2026Q3")).values.tolist()
    [['ada', 500.0, 1.0]]
    """
    return _by_territory(data, period) if _has_territories(data) else _by_owner(data, period)


def held_territories(data: SalesData, period: Period) -> dict[str, str]:
    """The territory that each rep held on a period's last day; several joined by "+".

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "territory_assignments": pd.DataFrame({"territory_id": ["w", "e"], "rep_id": "ada",
    ...         "starts_on": "2026-01-01"}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> held_territories(data, data.calendar.period("2026Q3"))
    {'ada': 'e+w'}
    """
    if "territory_assignments" not in data:
        return {}
    held = _held(data, period).sort_values("territory_id")
    joined = held.groupby("rep_id")["territory_id"].agg("+".join)
    return {str(rep): str(territory) for rep, territory in joined.items()}


def _has_territories(data: SalesData) -> bool:
    if "territory_assignments" not in data or "accounts" not in data:
        return False
    return "territory_id" in nw.from_native(data.accounts).lazy().collect_schema().names()


def _accounts(data: SalesData, period: Period, key: str) -> pd.DataFrame:
    """Potential and number of accounts, summed in the engine by territory or owner."""
    frame = nw.from_native(data.accounts).lazy() if "accounts" in data else None
    there = frame.collect_schema().names() if frame is not None else []
    if frame is None or key not in there:
        return pd.DataFrame({key: pd.Series(dtype="object")} | {n: [] for n in _SUMS})
    if "churned_on" in there:
        lost = nw.col("churned_on").cast(nw.Date) < nw.lit(period.start)
        frame = frame.filter(nw.col("churned_on").is_null() | ~lost)
    potential = nw.col("potential") if "potential" in there else nw.lit(None, nw.Float64)
    frame = frame.with_columns(potential.cast(nw.Float64).alias("potential"))
    sums = total(nw.col("potential")).alias("potential"), nw.len().cast(nw.Int64).alias("accounts")
    found = to_pandas(frame.filter(~nw.col(key).is_null()).group_by(key).agg(*sums))
    return found.astype({key: "object", "potential": "float64", "accounts": "float64"})


def _by_owner(data: SalesData, period: Period) -> pd.DataFrame:
    return _accounts(data, period, "rep_id")


def _by_territory(data: SalesData, period: Period) -> pd.DataFrame:
    """Whoever held a territory on the last day, by share where several did."""
    held = _held(data, period)
    joined = held.merge(_accounts(data, period, "territory_id"), on="territory_id")
    share = joined["share"].astype("float64").fillna(1.0)
    parts = joined.assign(**{name: joined[name] * share for name in _SUMS})
    return parts.groupby("rep_id")[_SUMS].sum(min_count=1).reset_index()


def _held(data: SalesData, period: Period) -> pd.DataFrame:
    """The spells on territories that hold on a period's last day."""
    spells = to_pandas(nw.from_native(data.territory_assignments).lazy())
    spells = spells.reindex(columns=["territory_id", "rep_id", "starts_on", "ends_on", "share"])
    last = pd.Timestamp(period.end)
    ends = pd.to_datetime(spells["ends_on"]).fillna(last)
    held = spells[(pd.to_datetime(spells["starts_on"]) <= last) & (ends >= last)]
    return held.dropna(subset=["rep_id"]).astype({"territory_id": "object", "rep_id": "object"})


def _tenure(data: SalesData, period: Period) -> pd.DataFrame:
    people = assignment_spells(data).drop_duplicates("rep_id")
    days = (pd.Timestamp(period.start) - people["hired_on"]).dt.days
    found = people[["rep_id"]].astype("object")
    return found.assign(tenure_years=days.where(days >= 0) / _DAYS_A_YEAR)


def _last_years(data: SalesData, period: Period) -> pd.DataFrame:
    """Credited sales a year before, and their growth over two years before."""
    nothing = pd.Series(dtype="float64")
    sums = _credited(data, _years_before(data, period))
    last, before = (sums.get(years, nothing) for years in (1, 2))
    both = pd.concat([last.rename("last_year"), before.rename("_before")], axis=1)
    growth = both["last_year"] / both["_before"].where(both["_before"] > 0) - 1
    both.index.name = "rep_id"
    found = both[["last_year"]].assign(last_year_growth=growth).reset_index()
    return found.astype({"rep_id": "object"})


def _years_before(data: SalesData, period: Period) -> dict[int, Period]:
    """The same period one year and two years before, as far as the calendar knows them."""
    found: dict[int, Period] = {}
    for years in (1, 2):
        try:
            period = data.calendar.year_before(period)
        except ValueError:  # periods of the quotas' own begin somewhere
            return found
        found[years] = period
    return found


def _credited(data: SalesData, periods: Mapping[int, Period]) -> dict[int, pd.Series[Any]]:
    """What each rep was credited with in each period, summed in the engine in one query."""
    label = period_of(nw.col("credited_on"), list(periods.values())).alias("period")
    lines = of_kind(data, "direct").with_columns(label)
    lines = lines.filter(~nw.col("period").is_null(), ~nw.col("rep_id").is_null())
    sums = to_pandas(lines.group_by("rep_id", "period").agg(nw.col("amount").sum()))
    sums = sums.astype({"rep_id": "object", "amount": "float64"})
    return {
        years: sums[sums["period"] == asked.label].set_index("rep_id")["amount"]
        for years, asked in periods.items()
    }
