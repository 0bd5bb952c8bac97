"""The parts of a review's page that are sentences, figures and boxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from spmkit import charts, narrative, tables
from spmkit.attainment import attainment, participation_rate, quota_rules
from spmkit.data import SalesData
from spmkit.declaration import metric_name
from spmkit.metrics import average_deal_size, sales_cycle, win_rate
from spmkit.reports import page
from spmkit.review import Review, by_group, over_assignment
from spmkit.units import COUNT, DAYS, MONEY, PERCENT, Unit, format_value

DEFINED = (attainment, participation_rate, win_rate, average_deal_size, sales_cycle)
_GROUP_UNITS: Mapping[str, Unit] = {
    "quota": MONEY,
    "credited": MONEY,
    "now": PERCENT,
    "now_change": PERCENT,
    "gap": MONEY,
    "reps": COUNT,
}


def review_masthead(review: Review, title: str) -> page.Part:
    """The head of the page: report and period, company, dates, the day of the data."""
    period, data = review.periods.now, review.data
    days = f"{_day(period.start)} to {_day(period.end)}"
    facts = [data.settings.company, "all teams", days, f"data as of {_day(data.as_of)}"]
    return page.masthead(f"{title} · {period.label}", *[str(fact) for fact in facts if fact])


def _day(day: Any) -> str:
    return f"{day.day} {day:%b %Y}"


def review_answer(review: Review) -> page.Part:
    """The answer first: the lead, and under it what qualifies it."""
    words = _headline(review)
    return page.Part(page.lead(*[_toned(*word) for word in words]) + page.sub(_qualified(review)))


def _headline(review: Review) -> list[narrative.Words]:
    label, currency = review.periods.now.label, review.data.settings.currency or ""
    if not review.has_quotas:
        return narrative.headline_without_quotas(review.now, review.earlier, label, currency)
    if not review.periods.complete:
        return narrative.running_headline(review.now, label, _day(review.data.as_of), currency)
    before = review.periods.before.label if review.periods.before else ""
    return narrative.headline(review.now, review.earlier, label, before, currency)


def _toned(tone: str, text: str) -> object:
    return {"accent": page.accent, "worse": page.worse}.get(tone, str)(text)


def _qualified(review: Review) -> str:
    before = review.periods.before.label if review.periods.before else ""
    said = []
    if review.has_quotas and review.periods.complete:
        over = over_assignment(review.data, review.periods.now)
        said = [narrative.participation(review.now, over), narrative.without_largest(review.now)]
    said.append(narrative.win_rates(review.conversion, review.conversion_before, before))
    said.append(narrative.apart(review.lines))
    return " ".join(sentence for sentence in said if sentence)


def review_figures(review: Review) -> page.Part:
    """The four numbers a reader remembers, each with its interval or its yardstick."""
    closed, currency = review.conversion, review.data.settings.currency
    rows = _quota_figures(review) if review.has_quotas else _credit_figures(review)
    win = (
        "Win rate, closed",
        format_value(closed["win_rate"], PERCENT),
        f"n {int(closed['win_rate_n']):,} · {_span(closed, 'win_rate')}",
    )
    size = (
        "Average deal, won",
        format_value(closed["average_deal_size"], MONEY, currency),
        f"n {int(closed['average_deal_size_n']):,} · median cycle "
        f"{format_value(closed['sales_cycle'], DAYS)}",
    )
    return page.figures(*rows, win, size)


def _quota_figures(review: Review) -> list[tuple[object, object, object]]:
    now, before = review.now, review.earlier
    earlier = (
        "no period before"
        if before is None or pd.isna(before["attainment"])
        else (
            f"{review.periods.before.label}: {narrative.percent(before['attainment'])}"  # type: ignore[union-attr]
        )
    )
    if not review.periods.complete:
        projected = format_value(now["run_rate_projection"], MONEY)
        return [
            ("Attainment to date", narrative.percent(now["attainment"]), earlier),
            ("Pace", format_value(now["pace"], PERCENT), f"run rate ends at {projected}"),
        ]
    median = format_value(now["median_attainment"], PERCENT)
    over = over_assignment(review.data, review.periods.now)
    assigned = "plan not given" if over is None else f"over-assignment {narrative.percent(over)}"
    reps = f"{int(now['at_quota'])} of {int(now['participation_rate_n'])}"
    return [
        (
            "Attainment, quota-weighted",
            narrative.percent(now["attainment"]),
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
    return "no interval" if pd.isna(low) else f"{low * 100:.1f} to {high * 100:.1f} %"


def drawn(
    chart: Callable[[pd.DataFrame, str, str], Any], frame: pd.DataFrame, title: str, subtitle: str
) -> Any:
    """Draw a chart of a frame; where the frame has nothing to draw, say so instead.

    Examples
    --------
    >>> str(drawn(print, pd.DataFrame(), "No rep can be rated", "2026Q3"))
    '<p class="note">No rep can be rated: nothing to draw (2026Q3).</p>'
    """
    if len(frame):
        return chart(frame, title, subtitle)
    return page.note(f"{title}: nothing to draw ({subtitle}).")


def band_table(bands: pd.DataFrame) -> Any:
    """Reps by band of attainment, as figures beside the histogram."""
    if not bands["reps"].sum():
        return page.note("No rep can be rated against a quota in this period.")
    units = {"reps": COUNT, "share": PERCENT}
    labels = {"band": "Attainment of quota", "reps": "Reps", "share": "Share of reps"}
    return tables.unit_table(bands, units, "Reps by band; a band holds its lower edge", labels)


def group_chart(review: Review, groups: pd.DataFrame, noun: str) -> Any:
    """Attainment by group as bullets; without quotas there is none to draw."""
    if not review.has_quotas:
        return page.note("No quotas were given: the groups are shown by credited sales alone.")
    before = review.periods.before
    tick = f", {before.label} (tick)" if before else ""
    subtitle = f"Attainment by {noun}: {review.periods.now.label} (dot){tick}, 80 % interval (band)"
    return charts.attainment_bullets(groups, narrative.groups_title(groups, noun), subtitle)


class Stack(list[Any]):
    """Several parts, shown one below the other."""

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for part in self:
            display(part)


def group_sections(review: Review, dimensions: Sequence[str]) -> Stack:
    """A table for each further dimension, the reps last."""
    return Stack(group_table(review, by_group(review, name), name) for name in dimensions)


def group_table(review: Review, groups: pd.DataFrame, noun: str) -> Any:
    """Quota, credit, attainment and reps at quota by group, the largest gap first."""
    shown = groups.assign(hit=_hits(groups))
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
    if not review.has_quotas:
        labels = {"group": noun.capitalize(), "credited": "Credited"}
    if groups["before"].isna().all():
        labels.pop("now_change", None)
    if noun == "rep":
        labels.pop("hit", None)
    title = narrative.groups_title(groups, noun)
    return tables.unit_table(shown, _GROUP_UNITS, title, labels, review.data.settings.currency)


def _hits(groups: pd.DataFrame) -> list[str]:
    pairs = zip(groups["at_quota"], groups["reps"], strict=True)
    return ["–" if pd.isna(hit) else f"{hit} of {reps}" for hit, reps in pairs]


def to_decide(review: Review, groups: pd.DataFrame) -> page.Part:
    """What the numbers leave open, with blanks for who decides it and by when."""
    short = groups[groups["gap"] > 0]
    if short.empty or not review.periods.complete:
        return page.decide("nothing follows from the gap to quota alone.")
    worst = short.iloc[0]
    span = (
        ""
        if pd.isna(worst["low"])
        else (f" (80 % interval {worst['low'] * 100:.0f} to {worst['high'] * 100:.0f} %)")
    )
    return page.decide(
        f"what to do about {worst['group']}, {format_value(worst['gap'], MONEY)} short. "
        f"Owner: ________  By: ________  Watch: attainment of {worst['group']}, now "
        f"{narrative.percent(worst['now'])}{span}."
    )


def quality_box(data: SalesData) -> page.Part:
    """Rows read, used and set aside, the amounts with them, and what each defect closes."""
    ledger = data.quality()
    rows = ledger.groupby("status")["rows"].sum()
    aside = int(rows.get("quarantined", 0))
    summary = f"{rows['read']:,} rows read, {rows['used']:,} used, {aside:,} set aside"
    said = ledger[ledger["status"].isin(["quarantined", "limited"])]
    points = [_defect(line) for line in said.to_dict("records")]
    return page.quality(summary, *points, *_missing_tables(data))


def _defect(line: Mapping[Any, Any]) -> str:
    amount = "" if pd.isna(line["amount"]) else f" ({format_value(line['amount'], MONEY)})"
    what = "set aside" if line["status"] == "quarantined" else f"closed to {line['closes']}"
    return f"{line['table']}: {line['rows']:,} × {line['reason']}{amount}: {what}"


def _missing_tables(data: SalesData) -> list[str]:
    closes = {
        "quotas": "attainment, participation and gaps",
        "credits": "splits and reversals",
        "opportunity_history": "owner at closing, where owners changed since",
    }
    return [f"{name}: not given; no {what}" for name, what in closes.items() if name not in data]


def review_foot(review: Review, parameters: Mapping[str, object]) -> page.Part:
    """The foot: definitions, rules, the sum of rows and amounts, parameters, input, version."""
    from spmkit import __version__

    data = review.data
    given = ", ".join(f"{name} = {value}" for name, value in parameters.items() if value != "")
    currency = data.settings.currency or "as given, one currency"
    return page.foot(
        *[f"{_spoken(metric)}: {_first_line(metric)}" for metric in DEFINED],
        " ".join(quota_rules(data)),
        _sums(data),
        f"Data as of {data.as_of}; {data.name}; currency: {currency}; parameters: "
        f"{given or 'none'}; input {data.fingerprint}; spmkit {__version__}.",
    )


def _spoken(metric: Callable[..., Any]) -> str:
    return metric_name(metric).replace("_", " ").capitalize()


def _first_line(metric: Callable[..., Any]) -> str:
    return str(metric.__doc__).strip().split("\n")[0]


def _sums(data: SalesData) -> str:
    """For each table with amounts: read = used + set aside, in rows and money."""
    ledger = data.quality()
    parts = []
    for table, lines in ledger.groupby("table", sort=False):
        rows = lines.groupby("status")["rows"].sum()
        amounts = lines.groupby("status")["amount"].sum(min_count=1)
        money = _money_sum(amounts)
        parts.append(
            f"{table} {rows['read']:,} = {rows['used']:,} + {rows.get('quarantined', 0):,}{money}"
        )
    return "Rows read = used + set aside: " + "; ".join(parts) + "."


def _money_sum(amounts: pd.Series[float]) -> str:
    if pd.isna(amounts.get("read")):
        return ""
    aside = amounts.get("quarantined")
    aside = 0.0 if aside is None or pd.isna(aside) else aside
    return f" ({amounts['read']:,.2f} = {amounts['used']:,.2f} + {aside:,.2f})"
