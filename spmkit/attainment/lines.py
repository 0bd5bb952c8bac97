"""Quota lines: one row a rep and period with quota, effective quota and credited sales."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.attainment.cents import in_cents
from spmkit.attainment.credited import LINE, counted_credits, credited_sums, with_components
from spmkit.attainment.credits import credit_lines
from spmkit.attainment.pacing import with_shares
from spmkit.attainment.quotas import (
    fitted,
    refuse_other_lengths,
    refuse_partial,
    released_quotas,
)
from spmkit.attainment.relief import effective
from spmkit.data import DataError, SalesData
from spmkit.data.assignments import ATTRIBUTES, assignment_spells
from spmkit.data.identity import NOT_IN_REPS
from spmkit.data.quality import to_pandas
from spmkit.periods import Period

NOBODY = "nobody"
_PERIOD = ["period", "period_start", "period_end"]


def quota_lines(
    data: SalesData, period: str | Sequence[str] | None = None, *, kind: str = "direct"
) -> pd.DataFrame:
    """One row a rep and period, with quota, effective quota and credited sales.

    A rep who moved within the period has one row an assignment: the quota is
    split by days, each credit stands where it was dated. Where quotas have several
    components, there is one row a component. A rep with a quota and no sales
    stays, at 0; a rep without a quota is listed, with a null quota; a vacant seat
    has an issued quota only; credits of nobody stand under "nobody". A rep whose
    quota lines are all longer than the period has no quota in it.

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
        ``rep_id``, ``rep``, ``component`` (null unless quotas name one), ``period``,
        ``period_start``, ``period_end``, ``complete``; the attributes ``manager_id``,
        ``manager``, ``team``, ``region``, ``role``, ``segment``; ``territory_id`` (of a vacant
        seat); ``quota`` (effective), ``issued_quota``, ``credited``, ``largest_credit``;
        ``rep_quota`` and ``rep_credited`` (the rep's totals, on the last line of each rep and
        complete period: what ratios of reps are taken on; null without a quota above zero);
        ``elapsed_share``, ``expected_share``, ``days_left`` and ``days_elapsed`` (selling days);
        ``miss_streak``. Money is in the reporting currency.

    Raises
    ------
    DataError
        Where a period has begun after ``as_of`` or ended before the first quota and credit; where
        its quotas are all longer than it, or lie across it; where quotas have several components
        and credits name none; where currencies are mixed without rates.

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

    References
    ----------
    Catalogue A1 (``quota`` is the effective quota); Varicent, Oracle and LeanScale on proration.
    """
    periods = asked_periods(data, period)
    lines = credited_quotas(data, periods, kind)
    return _with_rep_totals(with_shares(lines, data, periods, kind))


def credited_quotas(data: SalesData, periods: Sequence[Period], kind: str) -> pd.DataFrame:
    """The quota lines without shares of time passed and totals of reps: what was owed and sold."""
    spells = assignment_spells(data)
    quotas = _period_quotas(data, periods, kind)
    credits = counted_credits(data, periods, kind, quotas)
    lines = _joined(quotas, credited_sums(data, credits, spells, quotas), spells)
    if lines.empty:
        _refuse_before_data(data, periods)
    return effective(_described(lines, periods, data, spells), data, periods)


def held_quotas(data: SalesData, periods: Sequence[Period]) -> pd.DataFrame:
    """What each rep was asked for on each assignment as issued, whatever was sold."""
    spells = assignment_spells(data)
    quotas = _period_quotas(data, periods, "direct")
    held = _by_spell(quotas[quotas["rep_id"].notna()], spells).assign(territory_id=None)
    return _described(held, periods, data, spells)


def _period_quotas(data: SalesData, periods: Sequence[Period], kind: str) -> pd.DataFrame:
    released = released_quotas(data, periods, kind)
    refuse_other_lengths(released, periods)
    if len(periods) == 1:
        refuse_partial(released, periods[0])
    return with_components(fitted(released, periods))


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


def asked_periods(data: SalesData, wanted: str | Sequence[str] | None) -> list[Period]:
    """The periods that are asked for by label, in order; without any the last complete one.

    Raises
    ------
    DataError
        Where none is named, two overlap, or none has begun.
    """
    calendar = data.calendar
    if wanted is None:
        return [calendar.last_complete(data.as_of)]
    labels = [wanted] if isinstance(wanted, str) else list(dict.fromkeys(wanted))
    if not labels:
        raise DataError("No period is named: name one, or leave it out for the last complete one.")
    periods = sorted((calendar.period(label) for label in labels), key=lambda p: p.start)
    for earlier, later in pairwise(periods):
        if later.start <= earlier.end:
            raise DataError(f"The periods {earlier.label} and {later.label} overlap: ask for one.")
    if periods[0].start > data.as_of:
        raise DataError(f"{periods[0].label} starts after as_of ({data.as_of}): no sales yet.")
    return periods


def _by_spell(quotas: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Split each rep's quota by the days of the assignments within the period."""
    own = ["rep_id", "component", *_PERIOD]
    summed = quotas.groupby(own, dropna=False)["issued_quota"].sum(min_count=1).reset_index()
    summed = summed.astype({"rep_id": "object", "component": "object"})
    moved = spells.loc[spells.duplicated("rep_id", keep=False), ["rep_id", "starts_on", "ends_on"]]
    split = summed.merge(moved, on="rep_id", how="left")
    first = split[["starts_on", "period_start"]].max(axis=1)
    last = split[["ends_on", "period_end"]].min(axis=1)
    days = (last - first).dt.days + 1
    split = split[days > 0].assign(days=days)
    all_days = split.groupby(own, dropna=False)["days"].transform("sum")
    split["issued_quota"] = split["issued_quota"] * (split["days"] / all_days)
    return split.drop(columns=["ends_on", "days", "period_start", "period_end"])


def _joined(quotas: pd.DataFrame, credited: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Put quotas and credits side by side; a vacant seat has a quota and no credits."""
    held = quotas["rep_id"].notna()
    people = _by_spell(quotas[held], spells).merge(credited, on=LINE, how="outer")
    people = people.assign(
        # A stranger's quota and another stranger's sales are not one person's attainment.
        quota=people["issued_quota"].where(people["rep_id"] != NOT_IN_REPS),
        credited=people["credited"].fillna(0.0),
        territory_id=pd.Series(np.nan, index=people.index, dtype="object"),
    )
    vacant = quotas.loc[~held, ["territory_id", "component", "period", "issued_quota"]]
    return vacant.merge(people, on=list(vacant.columns), how="outer") if len(vacant) else people


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
    moved = spells.duplicated("rep_id", keep=False)
    known = spells.assign(starts_on=spells["starts_on"].where(moved))
    known = known[["rep_id", "starts_on", "rep", "hired_on", *ATTRIBUTES]]
    described = lines.merge(dates, on="period").merge(known, on=["rep_id", "starts_on"], how="left")
    named = described["rep"].fillna(described["rep_id"])
    seat = "vacant: " + described["territory_id"].astype("object")
    texts = described[["rep_id", "component", "territory_id"]].astype("object")
    described[texts.columns] = texts.where(texts.notna(), None)  # one null, whatever the engine's
    return described.assign(rep=named.fillna(seat).fillna(NOBODY))


def _with_rep_totals(lines: pd.DataFrame) -> pd.DataFrame:
    """Put a rep's totals on the last line of each complete period, and the streak of misses."""
    order = ["period_start", "rep", "rep_id", "starts_on", "component", "territory_id"]
    lines = lines.sort_values(order, na_position="first").reset_index(drop=True)
    person = lines["rep_id"].notna() & (lines["rep_id"] != NOT_IN_REPS)
    counted = lines[person & lines["complete"] & lines["quota"].notna()]
    key = ["rep_id", "period"]
    totals = counted.groupby(key)[["quota", "credited"]].transform("sum")
    ratable = ~counted.duplicated(key, keep="last") & (totals["quota"] > 0)
    rated = totals[ratable].reindex(lines.index)
    lines = lines.assign(rep_quota=rated["quota"], rep_credited=rated["credited"])
    return lines.assign(miss_streak=_miss_streak(lines)).drop(columns=["starts_on"])


def _miss_streak(lines: pd.DataFrame) -> pd.Series[Any]:
    """How many periods in a row, up to this one, the rep was below quota."""
    rated = lines.dropna(subset=["rep_quota"])
    missed = in_cents(rated["rep_credited"]) < in_cents(rated["rep_quota"])
    block = (~missed).groupby(rated["rep_id"]).cumsum()
    return missed.astype("int64").groupby([rated["rep_id"], block]).cumsum().reindex(lines.index)


def _refuse_before_data(data: SalesData, periods: Sequence[Period]) -> None:
    """An empty answer is one only from the day on which the data begin."""
    dated = [nw.from_native(credit_lines(data)).lazy().select(nw.col("credited_on").min())]
    if "quotas" in data:
        dated += [nw.from_native(data.quotas).lazy().select(nw.col("period_start").min())]
    days = pd.to_datetime(pd.Series([to_pandas(first).iloc[0, 0] for first in dated]))
    asked = " and ".join(f"{p.label} ({p.start} to {p.end})" for p in periods)
    if days.isna().all():
        raise DataError(f"{data.name} has no quotas and no credited sales: nothing in {asked}.")
    if periods[-1].end < days.min().date():
        raise DataError(
            f"{data.name} has no quotas and no credited sales in {asked}: the first are of "
            f"{days.min():%Y-%m-%d}. Choose a later period."
        )
