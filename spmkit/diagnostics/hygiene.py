"""Data hygiene: what is missing or left lying, how much of it, and what it hides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.frames import kept
from spmkit.data.quality import to_pandas
from spmkit.diagnostics.opening import Diagnosis
from spmkit.expressions import total
from spmkit.intervals import wilson_interval
from spmkit.measure import measure
from spmkit.metrics.activities import deal_touches
from spmkit.metrics.opportunities import decided_win_rate, hygiene_win_rate, opportunity_lines
from spmkit.redraws import redrawn_ratio
from spmkit.units import Column, Percent, Ratio

_CONFIDENCE, _LEVEL = 0.95, 0.05
_TENDED = ("group", "tended", "low", "high", "n", "others", "told", "amount")
_OWNERS = ("team", "manager", "region")
_OF_OPEN = (*_OWNERS, "rep_id", "untouched", "amount", "expected_close_on", "overdue", "stale")


@dataclass(frozen=True)
class Defect:
    """A defect that rows can have: which rows, out of which, and what it hides."""

    name: str
    flag: Any
    of: Any
    hides: str


def defects(diagnosis: Diagnosis) -> pd.DataFrame:
    """Count the rows with each defect, the largest share first.

    The open opportunities are those of the data's day; closed ones are of the
    window. Rows that were set aside when the data was opened are in none.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``defect``, ``rows`` and ``of`` (how many could have it), ``share`` with ``low`` and
        ``high`` (Wilson, 95 %), ``amount`` (what those rows are worth, as far as it is known;
        null of what has no amount) and ``hides``. What no row could have is left out.

    Examples
    --------
    >>> found = defects(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found.loc[0, "defect"]
    'left alone for 30 days'

    References
    ----------
    Catalogue W4 and P12 (overdue, stale and untouched opportunities).
    """
    rows = [*_of_opportunities(diagnosis), *_of_touches(diagnosis), *_of_activities(diagnosis)]
    found = pd.DataFrame(rows, columns=["defect", "rows", "of", "amount", "hides"])
    found = found[found["of"] > 0]
    low, high = wilson_interval(found["rows"], found["of"], _CONFIDENCE)
    shares = found.assign(share=found["rows"] / found["of"], low=low, high=high)
    return shares.sort_values(["share", "defect"], ascending=[False, True], ignore_index=True)


def _of_opportunities(diagnosis: Diagnosis) -> list[tuple[Any, ...]]:
    lines, given = nw.from_native(_bare(diagnosis)).lazy(), diagnosis.data.opportunities
    ours, made = (_within(diagnosis, name) for name in ("closed_on", "created_on"))
    still, lost, won = nw.col("open"), nw.col("lost") & ours, nw.col("won") & ours
    closed = nw.col("closed") & ours
    found = [
        Defect("past the day to close", nw.col("overdue"), still, "forecast, slippage"),
        Defect("open twice as long", nw.col("stale"), still, "win rate, pipeline"),
        Defect("open without an amount", nw.col("amount").is_null(), still, "pipeline, coverage"),
        Defect(
            "open without a close day",
            nw.col("expected_close_on").is_null(),
            still,
            "coverage, slippage",
        ),
        Defect("won without an amount", nw.col("amount").is_null(), won, "bookings, deal size"),
        Defect("lost without a reason", _empty(given, "loss_reason"), lost, "why deals are lost"),
        Defect("closed before created", _backwards(), closed, "sales cycle"),
        Defect("created without source", _empty(given, "source"), made, "yield by source"),
        Defect("created without account", _empty(given, "account_id"), made, "accounts, tiers"),
    ]
    return _counted(lines, [one for one in found if one.flag is not None], nw.col("amount"))


def _within(diagnosis: Diagnosis, column: str) -> Any:
    """Whether a day lies in the window: days are compared, for labels of periods cost more."""
    first, last = (nw.lit(end.date()).cast(nw.Date) for end in (diagnosis.start, diagnosis.end))
    day = nw.col(column).cast(nw.Date)
    return ((day >= first) & (day <= last)).fill_null(value=False)


def _bare(diagnosis: Diagnosis) -> Any:
    return opportunity_lines(diagnosis.data, attributes=())


def _backwards() -> Any:
    both = ~nw.col("created_on").is_null() & ~nw.col("closed_on").is_null()
    return both & nw.col("cycle_days").is_null()


def _empty(source: Any, column: str) -> Any:
    """Rows without a value in a column; None where the source has no such column at all."""
    names = nw.from_native(source).lazy().collect_schema().names()
    return nw.col(column).is_null() if column in names else None


def _counted(lines: Any, found: list[Defect], amount: Any) -> list[tuple[Any, ...]]:
    """Count all defects of a table in one pass."""
    sums = []
    for place, one in enumerate(found):
        hit = one.flag & one.of
        sums += [
            nw.when(hit).then(1).otherwise(0).sum().alias(f"rows{place}"),
            nw.when(one.of & ~one.flag.is_null()).then(1).otherwise(0).sum().alias(f"of{place}"),
            total(nw.when(hit).then(amount)).alias(f"amount{place}"),
        ]
    row = to_pandas(lines.select(*sums)).iloc[0]
    return [
        (one.name, _whole(row[f"rows{p}"]), _whole(row[f"of{p}"]), row[f"amount{p}"], one.hides)
        for p, one in enumerate(found)
    ]


def _whole(number: Any) -> int:
    """A count; there is none of no rows."""
    return 0 if pd.isna(number) else int(number)


def _of_touches(diagnosis: Diagnosis) -> list[tuple[Any, ...]]:
    if not _tied(diagnosis):
        return []
    judged = ~nw.col("untouched").is_null()
    silent = Defect("left alone for 30 days", nw.col("untouched"), judged, "forecast, win rate")
    return _counted(_touched(diagnosis), [silent], nw.col("amount"))


def _touched(diagnosis: Diagnosis) -> Any:
    """Every open opportunity with the owner's team and whether it is left alone."""

    def found() -> Any:
        asked = {"activities": diagnosis.activities, "attributes": _OWNERS}
        lines = nw.from_native(deal_touches(diagnosis.data, **asked)).lazy()
        return kept(lines.select(*_OF_OPEN), diagnosis.data.connection).to_native()

    return nw.from_native(diagnosis.data.fact(f"touches by {diagnosis.hours}", found)).lazy()


def _tied(diagnosis: Diagnosis) -> bool:
    """Whether there are activities that name opportunities."""
    if "activities" not in diagnosis.data:
        return False
    names = nw.from_native(diagnosis.data.activities).lazy().collect_schema().names()
    return "opportunity_id" in names


def _of_activities(diagnosis: Diagnosis) -> list[tuple[Any, ...]]:
    if "activities" not in diagnosis.data:
        return []
    lines = nw.from_native(diagnosis.activities).lazy()
    ours = lines.filter(
        nw.col("day") >= nw.lit(diagnosis.start.date()).cast(nw.Date),
        nw.col("day") <= nw.lit(diagnosis.end.date()).cast(nw.Date),
    )
    held = nw.col("held")
    tied = [_empty(diagnosis.data.activities, name) for name in ("opportunity_id", "account_id")]
    loose = tied[0] & tied[1] if all(one is not None for one in tied) else None
    found = [
        Defect("activity without minutes", nw.col("minutes").is_null(), held, "hours, time use"),
        Defect("activity, no category", nw.col("category").is_null(), held, "time use"),
        Defect("touch tied to nothing", loose, nw.col("touch"), "coverage of accounts"),
    ]
    counted = _counted(
        ours, [one for one in found if one.flag is not None], nw.lit(None, nw.Float64)
    )
    return [(name, rows, of, float("nan"), hides) for name, rows, of, _, hides in counted]


def tended_pipeline(diagnosis: Diagnosis, by: str = "team") -> pd.DataFrame:
    """Measure by team which open opportunities are in order.

    In order is one with an amount and a day to close that is still to come, not
    open for twice the usual cycle and, where activities name opportunities, not
    left alone for 30 days.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    by
        An attribute of the owners: ``team``, ``manager``, ``region``.

    Returns
    -------
    pandas.DataFrame
        ``group``, ``tended`` (the share in order) with ``low``, ``high`` (95 %, whole reps drawn
        anew; null below 8 reps) and ``n``, the smallest share first; ``others`` (the share of all
        other teams) and ``told`` (below it by more than chance, all teams counted); ``amount``,
        what those not in order are worth.
    """
    sums = _kept_by_rep(diagnosis, by)
    if sums.empty:
        return pd.DataFrame(columns=list(_TENDED))
    teams = sums["group"].nunique(dropna=False)
    found, strict = (
        redrawn_ratio(sums, tended, "rep_id", "group", 1 - level)
        for level in (_LEVEL, _LEVEL / teams)  # the lowest of several teams is partly chance
    )
    whole = sums.groupby("group", dropna=False, sort=False)[["kept", "of", "amount"]]
    counted = found.merge(whole.sum(min_count=1).reset_index(), on="group")
    rest = (sums["kept"].sum() - counted["kept"]) / (sums["of"].sum() - counted["of"])
    told = strict["tended_high"] < rest
    named = {"tended_low": "low", "tended_high": "high", "of": "n"}
    shown = counted.drop(columns="tended_n").rename(columns=named).assign(others=rest, told=told)
    return shown.sort_values(["tended", "group"], ignore_index=True)[list(_TENDED)]


def tended(kept: Column, of: Column) -> Percent:
    """Open opportunities in order as a share of all."""
    return Ratio(total(kept), total(of))


def _kept_by_rep(diagnosis: Diagnosis, by: str) -> pd.DataFrame:
    """How many open opportunities each rep has, how many in order, and the worth of the others."""
    tied = _tied(diagnosis)
    lines = _touched(diagnosis) if tied else _open_lines(diagnosis)
    silent = nw.col("untouched").fill_null(value=False) if tied else nw.lit(value=False)
    unknown = nw.col("amount").is_null() | nw.col("expected_close_on").is_null()
    wrong = lines.with_columns(_wrong=silent | _lying() | unknown)
    grouped = wrong.group_by(by, "rep_id").agg(
        nw.len().alias("of"),
        nw.when(~nw.col("_wrong")).then(1).otherwise(0).sum().alias("kept"),
        total(nw.when(nw.col("_wrong")).then(nw.col("amount"))).alias("amount"),
    )
    found = to_pandas(grouped).rename(columns={by: "group"})
    return found.astype({"of": "float64", "kept": "float64"})


def _lying() -> Any:
    overdue, stale = (nw.col(name).fill_null(value=False) for name in ("overdue", "stale"))
    return overdue | stale


def _open_lines(diagnosis: Diagnosis) -> Any:
    return nw.from_native(diagnosis.opportunities).lazy().filter(nw.col("open"))


def hygiene_cost(diagnosis: Diagnosis) -> pd.DataFrame:
    """Put numbers as they are told beside what they are with open ones that lie counted.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        Two rows, ``decided_win_rate`` (as told; with what was to close in the window and lies open
        counted as lost) and ``open_amount`` (all; without what lies): ``number``, ``told``,
        ``tended``, ``n``, with ``low`` and ``high`` of the second (Wilson; none for money).
    """
    lines = nw.from_native(_bare(diagnosis)).lazy()
    due = nw.col("open") & _within(diagnosis, "expected_close_on")
    asked = lines.filter(_within(diagnosis, "closed_on") | (due & _lying()))
    row = measure(
        asked.to_native(), [decided_win_rate, hygiene_win_rate], confidence=_CONFIDENCE
    ).iloc[0]
    amount = nw.col("amount")
    sums = lines.filter(nw.col("open")).select(
        amount.sum().alias("told"),
        nw.when(~_lying()).then(amount).sum().alias("tended"),
        nw.len().alias("n"),
    )
    money = to_pandas(sums).iloc[0]
    rate = {
        "number": "decided_win_rate",
        "told": row["decided_win_rate"],
        "tended": row["hygiene_win_rate"],
        "n": row["hygiene_win_rate_n"],
        "low": row["hygiene_win_rate_low"],
        "high": row["hygiene_win_rate_high"],
    }
    return pd.DataFrame([rate, {"number": "open_amount", **money.to_dict()}])
