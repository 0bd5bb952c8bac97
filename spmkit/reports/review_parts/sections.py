"""The charts, tables and boxes of a review's sections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from spmkit import charts, narrative, tables
from spmkit.data import DataError
from spmkit.reports import page
from spmkit.review import Review
from spmkit.units import COUNT, MONEY, PERCENT, Unit, format_value, whole_percent

_GROUP_UNITS: Mapping[str, Unit] = {
    "quota": MONEY,
    "credited": MONEY,
    "now": PERCENT,
    "now_change": PERCENT,
    "gap": MONEY,
    "reps": COUNT,
}


_MOST_DRAWN = 40  # what a printed page holds
_MOST_LISTED = 200


def drawn(
    chart: Callable[[pd.DataFrame, str, str], Any], frame: pd.DataFrame, title: str, subtitle: str
) -> Any:
    """Draw a chart of a frame; where the frame has nothing to draw, nothing, never an empty chart.

    Examples
    --------
    >>> str(drawn(print, pd.DataFrame(), "No rep can be rated", "2026Q3"))
    ''
    """
    return chart(frame, title, subtitle) if len(frame) else page.Part("")


def trend_chart(past: pd.DataFrame) -> Any:
    """Credited sales over the periods, against quota where there is one."""
    season = "; the season of the last period in colour"
    if past["quota"].notna().any():
        subtitle = f"Credited sales (bar), quota (line) and attainment{season}"
        return charts.attainment_trend(past, narrative.trend_title(past), subtitle)
    return charts.credited_trend(
        past, narrative.credited_trend_title(past), f"Credited sales{season}"
    )


def band_table(review: Review, bands: pd.DataFrame) -> Any:
    """Reps by band of attainment; in their place the reason where no rep can be rated."""
    label = review.periods.now.label
    if not review.periods.complete:
        return page.note(f"{label} is running: who reached quota is said once it is complete.")
    if not bands["reps"].sum():
        return page.note(f"No rep has a quota above 0 in {label}, so none can be rated.")
    units = {"reps": COUNT, "share": PERCENT}
    labels = {"band": "Attainment of quota", "reps": "Reps", "share": "Share of reps"}
    return tables.unit_table(
        bands, units, "Reps by band; whoever is exactly at 80 % is in 80–100 %", labels
    )


class Stack(list[Any]):
    """Several parts, shown one below the other."""

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for part in self:
            display(part)  # type: ignore[no-untyped-call]


def or_reason(way: Callable[[Any], Any], asked: Any) -> Any:
    """A part for which a table is missing is one line that names it."""
    try:
        return way(asked)
    except DataError as error:
        return page.note(str(error))


def group_chart(review: Review, groups: pd.DataFrame, noun: str) -> Any:
    """Attainment by group as bullets; without quotas the credit as bars."""
    label, before = review.periods.now.label, review.periods.before
    shown = groups.head(_MOST_DRAWN)
    some = f"; {len(shown):,} of {len(groups):,}" if len(shown) < len(groups) else ""
    if not review.has_quotas:
        title = narrative.credited_title(groups, noun)
        return charts.credited_bars(shown, title, f"Credited sales by {noun}, {label}{some}")
    if not review.periods.complete:
        shown = shown.assign(before=None)  # a whole period is no yardstick for a part of one
    tick = f", {before.label} (tick)" if before and shown["before"].notna().any() else ""
    band = ", 80 % interval (band)" if shown["low"].notna().any() else ""
    subtitle = (
        f"Attainment by {noun}: {label} (dot){tick}{band}; the largest gap to quota first{some}"
    )
    said = narrative.clear_title if review.periods.complete else narrative.running_title
    return charts.attainment_bullets(shown, said(groups, noun), subtitle)


def group_table(review: Review, groups: pd.DataFrame, noun: str) -> Any:
    """Quota, credit, attainment and reps at quota by group, the largest gap first."""
    before = review.periods.before.label if review.periods.before else "before"
    labels = {
        "group": noun.capitalize(),
        "quota": "Quota",
        "credited": "Credited",
        "gap": "Gap to quota",
        "now": "Attainment",
        "now_change": f"On {before}",
        "hit": "Reps at quota",
    }
    empty = [n for n in ("quota", "gap", "now", "now_change") if groups[n].isna().all()]
    unsaid = {*empty, "hit"} if noun == "rep" or not review.has_quotas else {*empty}
    if not review.periods.complete:
        unsaid |= {"hit", "now_change"}
    shown = groups.assign(hit=_hits(groups)).head(_MOST_LISTED)
    named = {name: label for name, label in labels.items() if name not in unsaid}
    table = tables.unit_table(shown, _GROUP_UNITS, "", named, review.data.settings.currency)
    some = f"{len(shown):,} of " if len(shown) < len(groups) else ""
    several = noun if len(groups) == 1 else f"{noun}s"
    return page.unfolding(f"{some}{len(groups):,} {several} in figures", table.as_raw_html())


def _hits(groups: pd.DataFrame) -> list[str]:
    pairs = zip(groups["at_quota"], groups["reps"], strict=True)
    return ["–" if pd.isna(hit) else f"{hit:,} of {reps:,}" for hit, reps in pairs]


def to_decide(groups: pd.DataFrame) -> page.Part:
    """What the numbers leave open, with blanks for who decides it and by when."""
    short = groups[groups["gap"].round(2) > 0]
    if short.empty:
        return page.decide("nothing follows from the gap to quota: every group reached it.")
    worst = short.iloc[0]
    span = (
        ""
        if pd.isna(worst["low"])
        else (f" (80 % interval {worst['low'] * 100:.0f} to {worst['high'] * 100:.0f} %)")
    )
    return page.decide(
        f"what to do about {worst['group']}, {format_value(worst['gap'], MONEY)} short. "
        f"Owner: ________. By: ________. Watch: attainment of {worst['group']}, now "
        f"{whole_percent(worst['now'])}{span}."
    )
