"""Plan lines and releases: quotas beside the plans that they serve, and when they came out."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment.leaders import leader_lines
from spmkit.attainment.lines import asked_periods, held_quotas
from spmkit.attainment.quotas import issued_quotas
from spmkit.data import DataError, SalesData
from spmkit.data.assignments import assignment_spells
from spmkit.data.quality import to_pandas
from spmkit.data.tables import Lazy, completed
from spmkit.periods import Period

_TEXTS = ["rep_id", "territory_id", "level", "kind", "component"]
_COLUMNS = ["period", "level", "rep_id", "plan", "assigned", "vacant"]


def plan_lines(data: SalesData, period: str | Sequence[str] | None = None) -> pd.DataFrame:
    """One row a period and plan (a quota line of the company or a team), with the reps' quotas.

    Parameters
    ----------
    data
        An open source with ``quotas``.
    period
        A label such as ``"2026Q3"``, several, or none for the last complete period.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``level`` (``company`` or ``team``), ``rep_id`` (who answers for the plan),
        ``plan``, ``assigned`` (the direct rep-level quotas issued below it, the leader's personal
        one included; null where there are none), ``vacant`` (the part of ``assigned`` that stands
        on vacant seats; null for teams: a vacant seat has no manager, so it is in no team's sum).

    Raises
    ------
    DataError
        Where there are no quotas.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada", "bo"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "quotas": pd.DataFrame({"rep_id": ["ada", "bo", None], "period_start": "2026-07-01",
    ...         "level": ["rep", "rep", "company"], "period_end": "2026-09-30",
    ...         "quota": [70.0, 50.0, 100.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> plan_lines(data)[["level", "plan", "assigned"]].values.tolist()
    [['company', 100.0, 120.0]]
    """
    if "quotas" not in data:
        raise DataError("unavailable: needs quotas, with a line of level company or team.")
    periods = asked_periods(data, period)
    found = pd.concat([_company(data, periods), _teams(data, periods)], ignore_index=True)
    found = found.sort_values(["period", "level", "rep_id"], ignore_index=True)
    return found[_COLUMNS].astype({"rep_id": "object"})


def _company(data: SalesData, periods: Sequence[Period]) -> pd.DataFrame:
    plan = issued_quotas(data, periods, level="company")
    below = issued_quotas(data, periods)
    seats = below[below["rep_id"].isna()]
    sums = {
        "plan": plan.groupby("period")["issued_quota"].sum(min_count=1),
        "assigned": below.groupby("period")["issued_quota"].sum(min_count=1),
        "vacant": seats.groupby("period")["issued_quota"].sum(min_count=1),
    }
    owners = plan.groupby("period")["rep_id"].first().rename("rep_id")
    found = pd.DataFrame({**sums, "rep_id": owners}).dropna(subset=["plan"]).reset_index()
    vacant = found["vacant"].fillna(0.0).where(found["assigned"].notna())
    return found.assign(level="company", vacant=vacant)


def _teams(data: SalesData, periods: Sequence[Period]) -> pd.DataFrame:
    """What reps below each team's leader are asked for; a transfer within the period by days."""
    plan = issued_quotas(data, periods, level="team")
    plan = plan.groupby(["period", "rep_id"], dropna=False).agg(plan=("issued_quota", "sum"))
    teams = plan.reset_index().assign(level="team", vacant=float("nan"))
    if teams.empty:
        return teams.assign(assigned=pd.Series(dtype="float64"))
    asked = _by_manager(data, held_quotas(data, periods))
    below = leader_lines(data, asked).dropna(subset=["issued_quota"])
    sums = below.groupby(["period", "leader_id"]).agg(assigned=("issued_quota", "sum"))
    assigned = sums.reset_index().rename(columns={"leader_id": "rep_id"})
    return teams.merge(assigned, on=["period", "rep_id"], how="left")


def _by_manager(data: SalesData, held: pd.DataFrame) -> pd.DataFrame:
    """Sum what those who lead nobody are asked for by manager: leaders are looked up row by row."""
    leads = held["rep_id"].isin(assignment_spells(data)["manager_id"].dropna())
    line = ["rep_id", "manager_id", "period", "period_end"]
    grouped = held.assign(rep_id=held["rep_id"].where(leads)).groupby(line, dropna=False)
    return grouped["issued_quota"].sum(min_count=1).reset_index()


def quota_releases(data: SalesData, period: str | Sequence[str] | None = None) -> pd.DataFrame:
    """One row a rep-level quota line that starts in a period, with the days of its notice.

    The first version counts: what is changed later is an exception, not the
    publication. Versions released after ``as_of`` are not known yet.

    Parameters
    ----------
    data
        An open source whose ``quotas`` have ``released_on``.
    period
        A label such as ``"2026Q3"``, several, or none for the last complete period.

    Returns
    -------
    pandas.DataFrame
        ``rep_id`` (null: a vacant seat), ``territory_id``, ``kind``, ``component``, ``period``,
        ``period_start``, ``released_on`` (first), ``versions`` and ``lead_days`` (from the release
        to the first day; below zero where it came late).

    Raises
    ------
    DataError
        Where there are no quotas, or none says when it was released.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "quotas": pd.DataFrame({"rep_id": ["ada"], "period_start": "2026-07-01",
    ...         "period_end": "2026-09-30", "quota": [70.0], "released_on": "2026-07-15"}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> quota_releases(data)["lead_days"].tolist()
    [-14.0]
    """
    found = nw.from_native(data.quotas).lazy() if "quotas" in data else None
    if found is None or "released_on" not in found.collect_schema().names():
        raise DataError("unavailable: needs quotas.released_on, the day on which each came out.")
    periods = asked_periods(data, period)
    lines = to_pandas(_known(completed(found, "quotas", "level", "kind"), data, periods))
    lines = lines.reindex(columns=[*_TEXTS, "period_start", "released_on"])
    lines[_TEXTS] = lines[_TEXTS].astype("object")
    for name in ("period_start", "released_on"):
        lines[name] = pd.to_datetime(lines[name]).astype("datetime64[s]")
    return _first_releases(_starting(lines, periods).assign(kind=lines["kind"].fillna("direct")))


def _known(lines: Lazy, data: SalesData, periods: Sequence[Period]) -> Lazy:
    """The released rep-level lines that start within the span of some periods."""
    start = nw.col("period_start").cast(nw.Date)
    within = (start >= nw.lit(periods[0].start)) & (start <= nw.lit(periods[-1].end))
    released = nw.col("released_on").cast(nw.Date) <= nw.lit(data.as_of)
    return lines.filter(within, released, nw.col("level").fill_null("rep") == "rep")


def _starting(lines: pd.DataFrame, periods: Sequence[Period]) -> pd.DataFrame:
    label = pd.Series(None, index=lines.index, dtype="object")
    for period in periods:
        first, last = pd.Timestamp(period.start), pd.Timestamp(period.end)
        label[lines["period_start"].between(first, last)] = period.label
    return lines.assign(period=label)[label.notna()]


def _first_releases(lines: pd.DataFrame) -> pd.DataFrame:
    key = ["rep_id", "territory_id", "kind", "component", "period", "period_start"]
    grouped = lines.groupby(key, dropna=False)["released_on"]
    found = grouped.agg(released_on="min", versions="count").reset_index()
    days = (found["period_start"] - found["released_on"]).dt.days
    texts = key[:4]
    found[texts] = found[texts].astype("object").where(found[texts].notna(), None)
    return found.assign(lead_days=days.astype("float64"))
