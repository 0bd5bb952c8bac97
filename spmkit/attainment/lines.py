"""Quota lines: one row a rep and period with quota, effective quota and credited sales."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment.assignments import ATTRIBUTES, assignment_spells
from spmkit.attainment.credits import credit_lines
from spmkit.attainment.pacing import with_shares
from spmkit.attainment.quotas import issued_quotas
from spmkit.attainment.relief import effective
from spmkit.data import DataError, SalesData
from spmkit.data.frames import like
from spmkit.data.identity import NOT_IN_REPS
from spmkit.data.quality import to_pandas
from spmkit.expressions import period_of
from spmkit.periods import Period

NOBODY = "nobody"
_LINE = ["rep_id", "period", "starts_on"]


def quota_lines(
    data: SalesData, period: str | Sequence[str] | None = None, *, kind: str = "direct"
) -> pd.DataFrame:
    """One row a rep and period, with quota, effective quota and credited sales.

    A rep who moved within the period has one row an assignment: the quota is
    split by days, each credit stands where it was dated. A rep with a quota and
    no sales stays, at 0; a rep without a quota is listed, with a null quota; a
    vacant seat has an issued quota only; credits of nobody stand under "nobody".

    Parameters
    ----------
    data
        An open source.
    period
        A label such as ``"2026Q3"``, several, or none for the last complete period.
    kind
        "direct" or "overlay" quotas, with the credits of the same kind; the two are never
        added.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``rep``, ``period``, ``period_start``, ``period_end``, ``complete``; the
        attributes ``manager_id``, ``manager``, ``team``, ``region``, ``role``, ``segment``;
        ``quota`` (effective), ``issued_quota``, ``credited``, ``largest_credit``;
        ``rep_quota`` and ``rep_credited`` (the rep's totals, on one line a rep and complete
        period: what ratios of reps are taken on); ``elapsed_share``, ``expected_share``,
        ``days_left`` and ``days_elapsed`` (selling days); ``miss_streak``. Money is in the
        reporting currency.

    Raises
    ------
    DataError
        Where the quotas given cannot be used for the period, see :func:`quota_rules`.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada", "bo"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": ["ada"],
    ...         "outcome": "won", "closed_on": "2026-07-01", "amount": [90.0]}),
    ...     "quotas": pd.DataFrame({"rep_id": ["ada", "bo"], "period_start": "2026-07-01",
    ...         "period_end": "2026-09-30", "quota": [100.0, 20.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> quota_lines(data, "2026Q3")[["rep_id", "quota", "credited"]]
      rep_id  quota  credited
    0    ada  100.0      90.0
    1     bo   20.0       0.0
    """
    periods = _periods(data, period)
    spells = assignment_spells(data)
    quotas = issued_quotas(data, periods, kind)
    credited = _credited(data, periods, spells, kind, quotas)
    lines = _joined(_by_spell(quotas, spells), credited)
    lines = _described(lines, periods, data, spells)
    return _with_rep_totals(with_shares(effective(lines, data), data, periods))


def quota_rules(data: SalesData) -> list[str]:
    """The rules by which quota lines came about, a sentence each, for a page to print.

    Examples
    --------
    >>> data = spm.open_data({"reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...     "outcome": ["open"]})}, settings={"as_of": "2026-10-02"})
    >>> quota_rules(data)[0]
    'Quotas: the highest version released on or before 2026-10-02, rep-level direct lines only.'
    """
    basis = {
        "issued": "Effective quota: as issued, without relief.",
        "full": "Effective quota: full quotas, prorated by selling days for hire, leave and ramp.",
    }
    credit = "an opportunity's credit lines where it has any, else its owner at closing"
    if "credits" not in data:
        credit = "the owner at closing (no credit lines were given)"
    return [
        f"Quotas: the highest version released on or before {data.as_of}, rep-level direct lines "
        "only.",
        basis[data.settings.quota_basis],
        f"Credited: {credit}; a reversal counts in the period in which it is dated.",
        "At quota: credited at least the quota, to the cent.",
    ]


def _periods(data: SalesData, wanted: str | Sequence[str] | None) -> list[Period]:
    calendar = data.calendar
    if wanted is None:
        return [calendar.last_complete(data.as_of)]
    labels = [wanted] if isinstance(wanted, str) else list(wanted)
    periods = sorted((calendar.period(label) for label in labels), key=lambda p: p.start)
    for earlier, later in pairwise(periods):
        if later.start <= earlier.end:
            raise DataError(f"The periods {earlier.label} and {later.label} overlap: ask for one.")
    if periods and periods[0].start > data.as_of:
        raise DataError(f"{periods[0].label} starts after as_of ({data.as_of}): no sales yet.")
    return periods


def _credited(
    data: SalesData,
    periods: Sequence[Period],
    spells: pd.DataFrame,
    kind: str,
    quotas: pd.DataFrame,
) -> pd.DataFrame:
    """Credited sales by rep, period and assignment, summed in the engine."""
    lines = nw.from_native(credit_lines(data)).lazy()
    overlay = nw.col("credit_type") == "overlay"
    lines = lines.filter(overlay if kind == "overlay" else ~overlay)
    lines = lines.with_columns(period_of(nw.col("credited_on"), periods).alias("period"))
    lines = lines.filter(~nw.col("period").is_null())
    _refuse_components(lines, quotas)
    moved = spells[spells.duplicated("rep_id", keep=False)]
    lines = _on_spells(lines, moved, data)
    grouped = lines.group_by(*_LINE).agg(
        nw.col("amount").sum().alias("credited"), nw.col("amount").max().alias("largest_credit")
    )
    found = to_pandas(grouped)
    return found.assign(starts_on=pd.to_datetime(found["starts_on"]))


def _on_spells(lines: Any, moved: pd.DataFrame, data: SalesData) -> Any:
    """Say on which assignment a credit falls; reps who never moved need no join."""
    if moved.empty:
        return lines.with_columns(nw.lit(None, nw.Date).alias("starts_on"))
    spells = moved[["rep_id", "starts_on", "ends_on"]].assign(
        starts_on=moved["starts_on"].dt.date, ends_on=moved["ends_on"].dt.date
    )
    joined = lines.join(like(spells, lines, data.connection), on="rep_id", how="left")
    day, start, end = nw.col("credited_on"), nw.col("starts_on"), nw.col("ends_on")
    inside = (day >= start.cast(nw.Date)) & (day <= end.cast(nw.Date))
    return joined.filter(start.is_null() | inside).with_columns(start.cast(nw.Date))


def _refuse_components(lines: Any, quotas: pd.DataFrame) -> None:
    components = quotas["component"].dropna().unique()
    if len(components) < 2:
        return
    bare = lines.filter(nw.col("component").is_null()).select(nw.len().alias("n"))
    count = int(to_pandas(bare)["n"].iloc[0])
    if count:
        raise DataError(
            f"The quotas have the components {', '.join(sorted(components))}, but {count} credits "
            "name none: a total attainment would count them against the wrong quota. Give "
            "credits.component."
        )


def _by_spell(quotas: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Split each quota by the days of the rep's assignments within the period."""
    summed = (
        quotas.groupby(
            ["rep_id", "territory_id", "period", "period_start", "period_end"], dropna=False
        )["issued_quota"]
        .sum(min_count=1)
        .reset_index()
    )
    moved = spells[spells.duplicated("rep_id", keep=False)]
    split = summed.merge(moved[["rep_id", "starts_on", "ends_on"]], on="rep_id", how="left")
    first = split[["starts_on", "period_start"]].max(axis=1)
    last = split[["ends_on", "period_end"]].min(axis=1)
    days = (last - first).dt.days + 1
    split = split[split["starts_on"].isna() | (days > 0)]
    group = split.assign(days=days).groupby(["rep_id", "period"], dropna=False)["days"]
    share = (split["starts_on"].isna() * 1.0).where(
        split["starts_on"].isna(), days / group.transform("sum")
    )
    return split.assign(issued_quota=split["issued_quota"] * share).drop(
        columns=["ends_on", "period_start", "period_end"]
    )


def _joined(quotas: pd.DataFrame, credited: pd.DataFrame) -> pd.DataFrame:
    lines = quotas.merge(credited, on=_LINE, how="outer")
    vacant = lines["rep_id"].isna() & lines["territory_id"].notna()
    has_quota = lines["issued_quota"].notna() & ~vacant
    lines["credited"] = lines["credited"].fillna(0.0).where(has_quota | lines["credited"].notna())
    lines["quota"] = lines["issued_quota"].where(~vacant)
    return lines


def _described(
    lines: pd.DataFrame, periods: Sequence[Period], data: SalesData, spells: pd.DataFrame
) -> pd.DataFrame:
    """Add the period's dates and the rep's attributes on the assignment."""
    dates = pd.DataFrame(
        {
            "period": [p.label for p in periods],
            "period_start": pd.to_datetime([p.start for p in periods]),
            "period_end": pd.to_datetime([p.end for p in periods]),
            "complete": [data.calendar.is_complete(p, data.as_of) for p in periods],
        }
    )
    single = spells.drop_duplicates("rep_id", keep=False).assign(starts_on=pd.NaT)
    moved = spells[spells.duplicated("rep_id", keep=False)]
    known = pd.concat([single, moved])[["rep_id", "starts_on", "rep", "hired_on", *ATTRIBUTES]]
    described = lines.merge(dates, on="period").merge(known, on=["rep_id", "starts_on"], how="left")
    vacant = described["rep_id"].isna() & described["territory_id"].notna()
    described["rep"] = described["rep"].fillna(described["rep_id"])
    described.loc[vacant, "rep"] = "vacant: " + described["territory_id"].astype("string")
    described["rep"] = described["rep"].fillna(NOBODY)
    return described


def _with_rep_totals(lines: pd.DataFrame) -> pd.DataFrame:
    """Put a rep's totals on the last line of each complete period, and the streak of misses."""
    lines = lines.sort_values(["period_start", "rep", "starts_on"], na_position="first")
    lines = lines.reset_index(drop=True)
    person = lines["rep_id"].notna() & (lines["rep_id"] != NOT_IN_REPS) & lines["complete"]
    rated = lines[person].groupby(["rep_id", "period"])[["quota", "credited"]]
    totals = rated.transform("sum", min_count=1)
    last = person & ~lines.duplicated(["rep_id", "period"], keep="last")
    ratable = last & totals["quota"].reindex(lines.index).gt(0)
    lines["rep_quota"] = totals["quota"].reindex(lines.index).where(ratable)
    lines["rep_credited"] = totals["credited"].reindex(lines.index).where(ratable)
    lines["miss_streak"] = _miss_streak(lines)
    return lines.drop(columns=["starts_on"])


def _miss_streak(lines: pd.DataFrame) -> pd.Series[Any]:
    """How many periods in a row, up to this one, the rep was below quota."""
    rated = lines.dropna(subset=["rep_quota"])
    missed = rated["rep_credited"].round(2) < rated["rep_quota"].round(2)
    block = (~missed).groupby(rated["rep_id"]).cumsum()
    return missed.astype("int64").groupby([rated["rep_id"], block]).cumsum().reindex(lines.index)
