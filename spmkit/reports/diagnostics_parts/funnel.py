"""The funnel on a diagnosis's page: value lost a stage, days a stage, ways, and wins by age."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import tables
from spmkit.charts import funnel as drawings
from spmkit.diagnostics import Diagnosis, funnel, funnel_curve, funnel_value
from spmkit.narrative import funnel as words
from spmkit.narrative import funnel_value as values
from spmkit.reports import page
from spmkit.reports.review_parts.answer import day_words
from spmkit.reports.review_parts.sections import Stack, drawn, or_reason
from spmkit.units import COUNT, MONEY, PERCENT

_DAYS = "format(datum.value, ',')"
_ENDINGS = {"no_decision": "no decision"}
_LAST = {"won": 1e9, "lost": 2e9, "no_decision": 3e9}  # after all stages
_CONVERTED = {
    "stage": "Stage",
    "entered_period": "Came in",
    "stage_conversion_n": "Came in, n",
    "stage_conversion": "Got past, of all",
    "decided_stage_conversion": "Got past, of those decided",
    "span": "95 % interval",
    "stage_decided_share": "Decided",
}
_LOST = {
    "stage": "Stage",
    "entered": "Came in",
    "past": "Got past",
    "lost": "Lost there",
    "open": "Still open",
    "entered_n": "Deals",
    "lost_n": "Deals lost",
    "span": "Share of deals lost",
    "unknown_n": "Without an amount",
}


def funnel_parts(diagnosis: Diagnosis, waiting: str = "") -> Stack:
    """Where deals are lost and how long each stage takes; without a log, wins by age alone.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    waiting
        Stages in which a deal only waits, with commas between; empty for none.
    """
    names = [name.strip() for name in waiting.split(",") if name.strip()]
    told = or_reason(lambda asked: _logged(asked, names), diagnosis)
    return told if isinstance(told, Stack) else Stack([told, *_curve(diagnosis)])


def _logged(diagnosis: Diagnosis, waiting: list[str]) -> Any:
    stages = funnel.funnel_stages(diagnosis)
    if stages.empty:
        return page.note(f"No deal came into a declared stage in {diagnosis.spoken_window}.")
    leaks, latency = funnel_value.stage_leaks(diagnosis), funnel.stage_latency(diagnosis, waiting)
    sequential = float(stages["decided_stage_conversion"].to_numpy("float64").prod())
    won = funnel_value.won_of_closed(leaks)
    said = [words.conversion_said(stages), values.sequential_said(sequential, won)]
    return Stack(
        [
            _leaks(diagnosis, leaks),
            _latency(diagnosis, latency),
            _ways(diagnosis),
            page.note(" ".join(said)),
            page.note(words.waiting_said(latency)),
            *_curve(diagnosis),
            _folded(diagnosis, stages, leaks),
            _decide(latency, leaks),
        ]
    )


def _leaks(diagnosis: Diagnosis, leaks: pd.DataFrame) -> Any:
    rows = [row for _, row in leaks.iterrows()]
    unstaged = leaks.loc[leaks["place"].isna(), "unknown_n"].sum()
    unknown = int(leaks["unknown_n"].iloc[0] + unstaged)
    missing = f"; {unknown:,} have no amount and are in none" if unknown else ""
    subtitle = (
        f"Deals created in {diagnosis.spoken_window} by the furthest stage they reached: got past "
        "(grey), still open (light), lost there (orange, with its amount and the share of deals); "
        f"the amounts add up to the cent{missing}"
    )
    shown = leaks.rename(columns={"stage": "name"}).assign(
        label=[values.leak_label(row) for row in rows], told=[values.leak_said(row) for row in rows]
    )
    shown = shown[["name", "past", "open", "lost", "label", "told"]]
    return drawn(drawings.funnel_bars, shown, values.leak_title(leaks), subtitle)


def _latency(diagnosis: Diagnosis, latency: pd.DataFrame) -> Any:
    rows = [row for _, row in latency.iterrows()]
    shown = latency.rename(columns={"stage": "name", "median": "value"}).assign(
        label=[words.latency_label(row) for row in rows],
        told=[words.latency_said(row) for row in rows],
        tone=latency["slowest"].map({True: "worse", False: "total"}),
        yardstick=None,
    )
    columns = ["name", "value", "low", "high", "label", "told", "tone", "yardstick"]
    subtitle = (
        f"Median days of a visit that began in {diagnosis.spoken_window}, with 95 % interval; "
        "those still there count as long as they have lasted (Kaplan–Meier)"
    )
    title = words.latency_title(latency)
    return drawings.interval_dots(shown[columns], title, subtitle, _DAYS)


def _ways(diagnosis: Diagnosis) -> Any:
    moves = funnel.funnel_transitions(diagnosis)
    if moves.empty:
        return page.note("No visit to a stage has ended, so nothing is said of where they go.")
    ends = moves["to"].replace(_ENDINGS)
    place = moves["to_place"].astype("float64")
    rank = place.fillna(moves["direction"].map(_LAST)).fillna(0)
    shown = moves.assign(to=ends, rank=rank)[["stage", "to", "share", "n", "rank"]]
    title = words.transitions_title(funnel.onward_shares(moves))
    subtitle = (
        f"From each stage (row) to where visits begun in {diagnosis.spoken_window} went next; what "
        "has not ended is in no share"
    )
    return drawings.transition_tiles(shown, title, subtitle)


def _curve(diagnosis: Diagnosis) -> list[Any]:
    curve, by_age = funnel_curve.win_curves(diagnosis), funnel_curve.won_by_age(diagnosis)
    if curve.empty:
        least = funnel_curve.LEAST_AT_RISK
        return [page.note(f"Fewer than {least} deals have an age, so no win curve is drawn.")]
    last = by_age.iloc[-1]
    undated = f"; {int(last['left_out']):,} without an age left out" if last["left_out"] else ""
    subtitle = (
        f"Share of {int(last['n']):,} deals created by {day_words(diagnosis.end)} that was won, "
        "and that was lost or undecided, by age; open ones count as open, with 95 % interval "
        f"(light){undated}"
    )
    title = values.curve_title(by_age)
    return [drawings.incidence_lines(curve, title, subtitle), page.note(values.ages_said(by_age))]


def _folded(diagnosis: Diagnosis, stages: pd.DataFrame, leaks: pd.DataFrame) -> page.Part:
    cohorts = funnel.funnel_cohorts(diagnosis)
    html = "".join(
        [
            _conversions(stages, "Got past each stage"),
            _conversions(cohorts, "The same by the period in which they came in"),
            _lost(diagnosis, leaks),
        ]
    )
    return page.unfolding("Stages in figures, with n and intervals", html)


def _conversions(found: pd.DataFrame, title: str) -> str:
    name = "decided_stage_conversion"
    spans = [
        "–" if pd.isna(low) else f"{low * 100:.0f} to {high * 100:.0f} %"
        for low, high in zip(found[f"{name}_low"], found[f"{name}_high"], strict=True)
    ]
    shares = ("stage_conversion", name, "stage_decided_share")
    units = dict.fromkeys(shares, PERCENT) | {"stage_conversion_n": COUNT}
    labels = {head: text for head, text in _CONVERTED.items() if head in found or head == "span"}
    return str(tables.unit_table(found.assign(span=spans), units, title, labels).as_raw_html())


def _lost(diagnosis: Diagnosis, leaks: pd.DataFrame) -> str:
    spans = [words.share_span(row, "lost_share") for _, row in leaks.iterrows()]
    amounts = ("entered", "past", "lost", "open")
    units = dict.fromkeys(amounts, MONEY) | dict.fromkeys(
        ("entered_n", "lost_n", "unknown_n"), COUNT
    )
    title = "Came in = got past + lost there + still open"
    currency = diagnosis.data.settings.currency
    shown = leaks.assign(span=spans)
    return str(tables.unit_table(shown, units, title, _LOST, currency, amounts).as_raw_html())


def _decide(latency: pd.DataFrame, leaks: pd.DataFrame) -> page.Part:
    slowest = latency.loc[latency["slowest"], "stage"]
    if slowest.empty:
        return page.decide("nothing follows from the days: no stage is surely the slowest.")
    stage = slowest.iloc[0]
    lost = leaks.loc[leaks["stage"] == stage].iloc[0]
    return page.decide(values.to_shorten(latency[latency["slowest"]].iloc[0], lost))
