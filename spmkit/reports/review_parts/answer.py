"""The first screen of a review: head, answer and the four figures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import narrative
from spmkit.reports import page
from spmkit.review import Review
from spmkit.units import DAYS, MONEY, NULL, PERCENT, format_value, whole_percent


def review_masthead(review: Review, title: str) -> page.Part:
    """The head of the page: report and period, company, dates, the day of the data."""
    period, data = review.periods.now, review.data
    days = f"{day_words(period.start)} to {day_words(period.end)}"
    facts = [data.settings.company, review.scope, days, f"data as of {day_words(data.as_of)}"]
    return page.masthead(f"{title} · {period.label}", *[str(fact) for fact in facts if fact])


def day_words(day: Any) -> str:
    """A day as a page writes it."""
    return f"{day.day} {day:%b %Y}"


def review_answer(review: Review, steps: pd.DataFrame) -> page.Part:
    """The answer first: the lead, the change with its largest step, and what qualifies them."""
    words = _headline(review)
    if narrative.main_step(steps):
        words = [*words, ("plain", f" {narrative.bridge_title(steps)}.")]
    said = [*_qualified(review), *narrative.cautioned(review.data.cautions())]
    return page.Part(page.lead(*[toned(*word) for word in words]) + page.sub(" ".join(said)))


def team_answer(team: Review) -> page.Part:
    """The answer of a team's page: how it stands, and under it what qualifies that."""
    lead = page.lead(*[toned(*word) for word in _headline(team)])
    return page.Part(lead + page.sub(" ".join(_qualified(team))))


def _headline(review: Review) -> list[narrative.Words]:
    label, currency = review.periods.spoken, review.data.settings.currency or ""
    if not review.has_quotas:
        if review.periods.complete:
            return narrative.headline_without_quotas(review.now, review.earlier, label, currency)
        so_far = f"{label} up to {day_words(review.data.as_of)}"
        return narrative.headline_without_quotas(review.now, None, so_far, currency)
    if not review.periods.complete:
        return narrative.running_headline(review.now, label, day_words(review.data.as_of), currency)
    before = review.periods.before.label if review.periods.before else ""
    return narrative.headline(review.now, review.earlier, label, before, currency)


def toned(tone: str, text: str) -> object:
    """A piece of a sentence in its tone."""
    return {"accent": page.accent, "worse": page.worse}.get(tone, str)(text)


def _qualified(review: Review) -> list[str]:
    before = review.periods.before.label if review.periods.before else ""
    said = []
    if review.has_quotas and review.periods.complete:
        over = review.over_assigned
        said = [narrative.participation(review.now, over), narrative.without_largest(review.now)]
    said.append(narrative.win_rates(review.conversion, review.conversion_before, before))
    said.append(narrative.apart(review.lines))
    return [sentence for sentence in said if sentence]


def review_figures(review: Review) -> page.Part:
    """The four numbers a reader remembers, each with its interval or its yardstick."""
    closed, currency = review.conversion, review.data.settings.currency
    rows = _quota_figures(review) if review.has_quotas else _credit_figures(review)
    win = ("Win rate", *_win_figure(closed))
    size = (
        "Average deal, won",
        format_value(closed["average_deal_size"], MONEY, currency),
        f"of {int(closed['average_deal_size_n']):,} with renewals · median cycle "
        f"{format_value(closed['sales_cycle'], DAYS)}",
    )
    return page.figures(*rows, win, size)


def _win_figure(closed: pd.Series[Any]) -> tuple[str, str]:
    """The rate with n and interval; where nothing was ever lost it is no rate."""
    count = f"of {int(closed['win_rate_n']):,} closed, renewals apart"
    if closed["win_rate"] == 1:
        return NULL, f"{count} · no losses are recorded"
    return format_value(closed["win_rate"], PERCENT), f"{count} · {_span(closed, 'win_rate')}"


def _quota_figures(review: Review) -> list[tuple[object, object, object]]:
    now, before = review.now, review.earlier
    earlier = (
        "no period before"
        if before is None or pd.isna(before["attainment"])
        else (
            f"{review.periods.before.label}: {whole_percent(before['attainment'])}"  # type: ignore[union-attr]
        )
    )
    if not review.periods.complete:
        projected = format_value(now["run_rate_projection"], MONEY)
        return [
            ("Attainment to date", whole_percent(now["attainment"]), earlier),
            ("Pace", format_value(now["pace"], PERCENT), f"run rate ends at {projected}"),
        ]
    median = whole_percent(now["median_attainment"])
    over = review.over_assigned
    assigned = "plan not given" if over is None else narrative.plan_words(over)
    reps = f"{int(now['at_quota']):,} of {int(now['participation_rate_n']):,}"
    return [
        (
            "Attainment, quota-weighted",
            whole_percent(now["attainment"]),
            f"{earlier} · median rep {median}",
        ),
        ("Reps at or above quota", reps, assigned),
    ]


def _credit_figures(review: Review) -> list[tuple[object, object, object]]:
    people, currency = review.people, review.data.settings.currency
    earlier = review.earlier
    note = (
        "no period before"
        if earlier is None
        else (
            f"{review.periods.before.label}: {format_value(earlier['credited'], MONEY)}"  # type: ignore[union-attr]
        )
    )
    return [
        ("Credited sales", format_value(review.now["credited"], MONEY, currency), note),
        ("Reps with credit", f"{people['rep_id'].nunique()}", "no quotas were given"),
    ]


def _span(row: pd.Series[Any], name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return "no interval" if pd.isna(low) else f"95 % interval {low * 100:.1f} to {high * 100:.1f} %"
