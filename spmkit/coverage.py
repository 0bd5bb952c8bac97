"""Open pipeline beside the quota that it has to cover: where metrics and attainment meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment.lines import NOBODY, credited_quotas
from spmkit.attainment.quotas import (
    fitted,
    refuse_other_lengths,
    refuse_partial,
    released_quotas,
)
from spmkit.data import DataError, SalesData
from spmkit.data.assignments import ATTRIBUTES, assignment_spells
from spmkit.data.declared import running_period
from spmkit.data.identity import NOT_IN_REPS
from spmkit.data.tables import required
from spmkit.engine import collected
from spmkit.expressions import total
from spmkit.measure import measure
from spmkit.metrics.pipeline.snapshots import expected_within, pipeline_snapshot
from spmkit.metrics.pipeline.sufficiency import (
    HALF_A_CENT,
    pipeline_coverage,
    total_pipeline_coverage,
)
from spmkit.periods import Period
from spmkit.traits import Traits
from spmkit.units import MULTIPLE, Column, Money

MET, NO_QUOTA = "met", "no quota"
_SUMMED = ("open_amount", "quota", "remaining_quota")


def coverage_lines(data: SalesData, period: str | None = None) -> pd.DataFrame:
    """One row a rep: open value expected to close in a period, and what is left of the quota.

    The pipeline is that of the data's day, by its owners now; the quota is the rep's over the
    whole period, wherever the rep worked in it. An open opportunity whose date lies before
    the period is in no period's pipeline.

    Parameters
    ----------
    data
        An open source.
    period
        A label such as ``"2026Q4"``, of a period that is running or to come; none means the
        running one.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``rep``, ``period``; the attributes ``manager_id``, ``manager``, ``team``,
        ``region``, ``role``, ``segment`` of the data's day; ``open_amount`` (0 where the rep has
        none, null where none of the rep's has an amount), ``quota`` (effective; null without
        one), ``credited`` (0 where nothing is), ``remaining_quota`` (negative beyond quota). The
        open value of nobody stands under "nobody".

    Raises
    ------
    DataError
        Where opportunities have no amounts or dates, the period is over, quotas are longer than
        it, cover only some of its days or have several components, or those of a period to come
        would have to be prorated.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": ["open"], "amount": [90.0], "expected_close_on": "2026-11-30"}),
    ...     "quotas": pd.DataFrame({"rep_id": ["ada"], "quota": [60.0],
    ...         "period_start": "2026-10-01", "period_end": "2026-12-31"}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> coverage_lines(data, "2026Q4")[["rep_id", "open_amount", "remaining_quota"]]
      rep_id  open_amount  remaining_quota
    0    ada         90.0             60.0
    """
    asked = data.calendar.period(period) if period else running_period(data)
    if asked.end < data.as_of:
        raise DataError(
            f"{asked.label} ended on {asked.end}, before as_of ({data.as_of}): no pipeline has to "
            "cover it any more. Ask for a period that is running or to come."
        )
    owed = _coming if asked.start > data.as_of else _running
    quotas = data.fact(f"quotas to cover of {asked.label}", lambda: owed(data, asked))
    opened = data.fact(f"open value of {asked.label}", lambda: _open_by_rep(data, asked))
    lines = opened.merge(quotas, on="rep_id", how="outer", indicator="_in")
    credited = lines["credited"].fillna(0.0)
    lines = lines.assign(
        period=asked.label,
        open_amount=lines["open_amount"].mask(lines["_in"] == "right_only", 0.0),
        credited=credited,
        remaining_quota=lines["quota"] - credited,
    )
    return _described(lines, data)


def _open_by_rep(data: SalesData, period: Period) -> pd.DataFrame:
    """Open value by owner; of which nothing has an amount, null."""
    required(data, "opportunities", "amount", "expected_close_on")
    snapshot = expected_within(pipeline_snapshot(data), period.start, period.end)
    summed = snapshot.group_by("rep_id").agg(total(nw.col("amount")).alias("open_amount"))
    return collected(summed).astype({"rep_id": "object", "open_amount": "float64"})


def _running(data: SalesData, period: Period) -> pd.DataFrame:
    lines = credited_quotas(data, [period], "direct")
    _refuse_components(lines)
    held = lines[lines["territory_id"].isna()].groupby("rep_id", dropna=False)
    return held[["quota", "credited"]].sum(min_count=1).reset_index()


def _coming(data: SalesData, period: Period) -> pd.DataFrame:
    if data.settings.quota_basis != "issued":
        raise DataError(
            f'{period.label} starts after as_of ({data.as_of}): with [quotas] basis = "full" its '
            "quotas cannot be prorated yet, since nobody's leaves and ramp in it are known."
        )
    released = released_quotas(data, [period], "direct")
    refuse_other_lengths(released, [period])
    refuse_partial(released, period)
    lines = fitted(released, [period])
    _refuse_components(lines)
    held = lines[lines["rep_id"].notna() & (lines["rep_id"] != NOT_IN_REPS)].groupby("rep_id")
    return held["issued_quota"].sum(min_count=1).rename("quota").reset_index().assign(credited=0.0)


def _refuse_components(lines: pd.DataFrame) -> None:
    named = sorted(lines["component"].dropna().unique())
    if len(named) > 1:
        raise DataError(
            f"Quotas have several components ({', '.join(named)}), and nothing says which of them "
            "an open opportunity would count to: coverage is unavailable."
        )


def _described(lines: pd.DataFrame, data: SalesData) -> pd.DataFrame:
    spells, day = assignment_spells(data), pd.Timestamp(data.as_of)
    held = spells[(spells["starts_on"] <= day) & (spells["ends_on"] >= day)]
    attributes = [name for name in ATTRIBUTES if name != "fte"]
    known = held[["rep_id", "rep", *attributes]].astype({"rep_id": "object"})
    found = lines.merge(known, on="rep_id", how="left")
    rep = found["rep"].fillna(found["rep_id"]).fillna(NOBODY)
    amounts = ["open_amount", "quota", "credited", "remaining_quota"]
    ordered = found.assign(rep=rep).sort_values("rep", ignore_index=True)
    return ordered[["rep_id", "rep", "period", *attributes, *amounts]]


def coverage_summary(
    lines: pd.DataFrame, by: str | Sequence[str] | None = None
) -> Annotated[
    pd.DataFrame, MULTIPLE, Traits("coverage_lines", "target", "leading", columns=_SUMMED)
]:
    """Pipeline coverage overall or by group, saying where the quota is met already.

    A group covers by its sums: one rep's wealth of pipeline hides another's want of it, so
    look at reps too. A pipeline that never gets cleaned covers best.

    Parameters
    ----------
    lines
        Rows of :func:`coverage_lines`.
    by
        A column or several to group by.

    Returns
    -------
    pandas.DataFrame
        The group columns and, as :func:`spmkit.measure` gives them, ``pipeline_coverage`` (null
        where nothing remains, its status then ``met``; ``no quota`` where there is none) and
        ``total_pipeline_coverage``.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep": ["Ada", "Bo"], "open_amount": [90.0, 60.0],
    ...     "quota": [60.0, 40.0], "remaining_quota": [45.0, -5.0]})
    >>> coverage_summary(lines, "rep")[["rep", "pipeline_coverage", "pipeline_coverage_status"]]
       rep  pipeline_coverage pipeline_coverage_status
    0  Ada                2.0                       ok
    1   Bo                NaN                      met

    References
    ----------
    Catalogue W12 (with its status); Gong, pacing.
    """
    keys = [by] if isinstance(by, str) else list(by or [])
    found = measure(lines, [pipeline_coverage, total_pipeline_coverage, _left], by=keys)
    left = found["_left"]
    status = found["pipeline_coverage_status"]
    status = status.mask(left < HALF_A_CENT, MET).mask(left.isna(), NO_QUOTA)
    found = found.drop(columns=["_left", "_left_n", "_left_status"])
    return found.assign(pipeline_coverage_status=status)


def _left(remaining_quota: Column) -> Money:
    return total(remaining_quota)
