"""Winning on a diagnosis's page: rates by kind, reasons of losses, and reps on a funnel plot."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import tables
from spmkit.charts import funnel as dots
from spmkit.charts import winning as drawings
from spmkit.diagnostics import Diagnosis, winning, winning_reps, winning_tests
from spmkit.narrative import winning as words
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack, or_reason
from spmkit.review.frames import NOT_GIVEN
from spmkit.units import COUNT, PERCENT

_MOST = 12  # values of a kind that are drawn
_NAMED = 6  # reps whose names are written
_HEADS = {
    "kind": "By",
    "value": "Value",
    "n": "Closed",
    "win_rate": "Won",
    "span": "95 % interval",
    "value_win_rate": "Won, by value",
    "value_span": "95 % interval of it",
    "created_span": "Won within 180 days of creation",
}


def winning_parts(diagnosis: Diagnosis) -> Stack:
    """Win rates by kind, why deals are lost, and whether reps differ more than chance."""
    made = (_kinds, _reasons, _reps)
    told = [or_reason(part, diagnosis) for part in made]
    return Stack([one for part in told for one in (part if isinstance(part, Stack) else [part])])


def _kinds(diagnosis: Diagnosis) -> Any:
    rates = winning.win_rates_apart(diagnosis)
    tests = winning_tests.kinds_apart(rates)
    if tests.empty:
        return page.note(
            f"What closed in {diagnosis.spoken_window} does not part into segments, sources, "
            "products or sizes, so no rates are compared."
        )
    kind = tests["kind"].iloc[0]
    part = rates[rates["kind"] == kind]
    shown = (
        part.sort_values("n", ascending=False)
        .head(_MOST)
        .loc[lambda kept: kept.index.sort_values()]
    )
    some = f"; the {_MOST} largest of {len(part)}" if len(part) > _MOST else ""
    overall = float((part["win_rate"] * part["n"]).sum() / part["n"].sum())
    rows = [row for _, row in shown.iterrows()]
    frame = shown.rename(columns={"value": "name", "win_rate": "value"}).assign(
        label=[words.rate_label(row) for row in rows],
        told=[words.rate_said(row) for row in rows],
        tone="accent" if tests["apart"].iloc[0] else "total",
        yardstick=overall,
    )
    subtitle = (
        f"Won of what closed in {diagnosis.spoken_window} by {kind}, without renewals, with 95 % "
        f"interval; all together (dashed){some}"
    )
    columns = ["name", "value", "low", "high", "label", "told", "tone", "yardstick"]
    chart = dots.interval_dots(frame[columns], words.kinds_title(rates, tests), subtitle)
    return Stack([chart, page.note(words.kinds_said(tests)), _folded(diagnosis, rates)])


def _folded(diagnosis: Diagnosis, rates: pd.DataFrame) -> page.Part:
    """Every kind in figures: by number, by value, and of what was created."""
    created = [
        winning.won_of_created_apart(diagnosis, kind).assign(kind=kind)
        for kind in rates["kind"].unique()
        if kind != "size"
    ]
    shown = rates.assign(
        span=[_span(row["low"], row["high"]) for _, row in rates.iterrows()],
        value_span=[_span(row["value_low"], row["value_high"]) for _, row in rates.iterrows()],
        created_span=None,
    )
    if created:
        found = pd.concat(created, ignore_index=True)
        spans = [_share(row) for _, row in found.iterrows()]
        keyed = dict(zip(zip(found["kind"], found["value"], strict=True), spans, strict=True))
        pairs = zip(shown["kind"], shown["value"], strict=True)
        shown = shown.assign(created_span=[keyed.get(pair, "–") for pair in pairs])
    units = {"n": COUNT, "win_rate": PERCENT, "value_win_rate": PERCENT}
    heads = dict(_HEADS)
    if rates["value_win_rate"].isna().all():  # no loss has an amount
        heads = {name: head for name, head in heads.items() if not name.startswith("value_")}
    table = tables.unit_table(shown, units, "", heads)
    kinds = ", ".join(rates["kind"].unique())
    return page.unfolding(f"Win rates by {kinds} in figures", str(table.as_raw_html()))


def _span(low: float, high: float) -> str:
    return "–" if pd.isna(low) else f"{low * 100:.0f} to {high * 100:.0f} %"


def _share(row: pd.Series[Any]) -> str:
    if pd.isna(row["won_share"]):
        return str(row["status"])
    return f"{row['won_share'] * 100:.0f} % ({_span(row['low'], row['high'])})"


def _reasons(diagnosis: Diagnosis) -> Any:
    reasons = winning.loss_reasons(diagnosis)
    if reasons.empty:
        return page.note(f"Nothing was lost in {diagnosis.spoken_window}.")
    title = words.reasons_title(reasons)
    if (reasons["reason"] == NOT_GIVEN).all():
        return page.note(f"{title}: opportunities.loss_reason is not given.")
    shown = (
        reasons.head(_MOST)
        .rename(columns={"reason": "name", "share": "value"})
        .assign(
            label=[words.reason_label(row) for _, row in reasons.head(_MOST).iterrows()],
            tone="worse",
            yardstick=None,
        )
    )
    some = f"; {_MOST} of {len(reasons)}" if len(reasons) > _MOST else ""
    subtitle = (
        "Share of what was lost or ended undecided by the reason that was entered, with 95 % "
        f"interval, number and amount, {diagnosis.spoken_window}{some}"
    )
    columns = ["name", "value", "low", "high", "label", "tone", "yardstick"]
    return dots.interval_dots(shown[columns].assign(told=shown["label"]), title, subtitle)


def _reps(diagnosis: Diagnosis) -> Any:
    reps = winning_reps.rep_win_rates(diagnosis)
    if len(reps) < 2:
        return page.note("Fewer than two reps closed anything, so nobody is compared.")
    outside, tests = winning_reps.expected_outside(reps), winning_tests.homogeneity(diagnosis)
    limits = winning_reps.limit_lines(reps)
    beyond = outside.iloc[1]
    subtitle = (
        f"Win rate of each rep over deals closed in {diagnosis.spoken_window}; limits of chance "
        "around all (line) at 95 % (dashed) and 99.8 % (pale): beyond those "
        f"{int(beyond['outside'])} lie and chance puts {beyond['expected']:.1f}"
    )
    title = words.reps_title(outside, tests)
    return Stack(
        [
            drawings.rep_funnel(_sided(reps), limits, title, subtitle),
            page.note(" ".join(words.reps_said(tests))),
            page.decide(words.to_look_at(outside, tests)),
        ]
    )


def _sided(reps: pd.DataFrame) -> pd.DataFrame:
    """Say on which side of the limits each rep lies, and name those furthest outside."""
    above = reps["win_rate"] > reps["overall"]
    side = above.map({True: "above", False: "below"}).where(reps["outside"] != "", "inside")
    width = (reps["high_95"] - reps["low_95"]).where(reps["high_95"] > reps["low_95"])
    far = ((reps["win_rate"] - reps["overall"]).abs() / width).where(side != "inside")
    named = far.rank(ascending=False, method="first") <= _NAMED
    columns = ["rep", "n", "win_rate"]
    return reps[columns].assign(side=side, label=reps["rep"].where(named, ""))
