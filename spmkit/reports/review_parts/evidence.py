"""What unfolds on a rep's page: the lines that add up to the numbers shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd

from spmkit import narrative, tables
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack
from spmkit.review import Course, Person, closings_of, credits_of, horizons, quota_rows
from spmkit.review.projection import PEERS_COUNT_AS, QUOTA_TELLS, READ
from spmkit.units import DAYS, MINUS, PERCENT

_MOST = 300  # lines that a page lists; more are summed by month


def person_lines(course: Course) -> Any:
    """What unfolds to the lines of each number: quotas, credits, closings."""
    return Stack([*quota_boxes(course), *credit_boxes(course), _method(course)])


def _method(course: Course) -> page.Part:
    person = course.person
    noun = "period" if person.data.calendar.starts else person.periods.now.grain
    return page.note(narrative.method_said(noun, READ, PEERS_COUNT_AS, QUOTA_TELLS))


def quota_boxes(course: Course) -> list[page.Part]:
    """The rows of the table of quotas that add up to each quota shown."""
    now, first = course.person.periods.now, horizons(course)["start"].min()
    shown = [p for p in [*course.past, *course.ahead, now] if p.start >= first]
    rows = quota_rows(course, list(dict.fromkeys(shown)))
    own = rows["period"] == now.label
    parts = [
        (rows[own], f"the quota of {now.label}"),
        (rows[~own], "the quotas of the other periods shown"),
    ]
    return [_quota_box(course.person, some, what) for some, what in parts if len(some)]


def _quota_box(person: Person, rows: pd.DataFrame, what: str) -> page.Part:
    whole = _exact(rows["effective"].sum(), person)
    told = rows.assign(
        **{name: _days(rows[name]) for name in ("period_start", "period_end", "released_on")},
        version=[f"{version:.0f}" if version else "–" for version in rows["version"].fillna(0)],
        quota=[_exact(value) for value in rows["quota"]],
        effective=[_exact(value) for value in rows["effective"]],
    )
    prorated = rows["share"].round(6).ne(1).any()
    bare = [name for name in ("component", "released_on") if rows[name].isna().all()]
    unsaid = {*bare, *(() if prorated else ("share", "effective"))}
    labels = {name: label for name, label in _QUOTA.items() if name not in unsaid}
    table = tables.unit_table(told, {"share": PERCENT}, "", labels)
    many = f"{len(rows):,} rows" if len(rows) > 1 else "row"
    return page.unfolding(
        f"The {many} of the table of quotas behind {what}: {whole}", table.as_raw_html()
    )


_QUOTA = {
    "period": "Period",
    "period_start": "From",
    "period_end": "To",
    "component": "Component",
    "version": "Version",
    "released_on": "Released on",
    "quota": "Quota issued",
    "share": "Left after hire, leave and ramp",
    "effective": "Effective quota",
}


def credit_boxes(course: Course) -> list[page.Part]:
    """The credits of the period, those of the other days shown, and the closings."""
    person = course.person
    now, first = person.periods.now, horizons(course)["start"].min()
    mine = credits_of(person)
    boxes = [_credit_box(person, mine, "")]
    if first < now.start:
        earlier = credits_of(person, first, now.start - timedelta(days=1))
        boxes.append(_credit_box(person, earlier, f" from {first} up to {now.label}"))
    return [*boxes, _closing_box(person)]


def _credit_box(person: Person, credits: pd.DataFrame, when: str) -> page.Part:
    whole = _exact(credits["amount"].sum(), person)
    many = f"{len(credits):,} credits" if len(credits) != 1 else "1 credit"
    if not len(credits):
        return page.note(f"No credit{when or f' in {person.periods.now.label}'}.")
    summed = len(credits) > _MOST
    told = (
        _by_month(credits) if summed else credits.assign(credited_on=_days(credits["credited_on"]))
    )
    exact = told.assign(amount=[_exact(amount) for amount in told["amount"]])
    table = tables.unit_table(exact, {}, "", _MONTH if summed else _CREDIT)
    by = ", by month" if summed else ""
    add = "adds" if len(credits) == 1 else "add"
    return page.unfolding(f"The {many}{when} that {add} up to {whole}{by}", table.as_raw_html())


def _by_month(credits: pd.DataFrame) -> pd.DataFrame:
    month = credits["credited_on"].dt.strftime("%Y-%m")
    return (
        credits.assign(month=month)
        .groupby("month", as_index=False)
        .agg(credits=("amount", "size"), amount=("amount", "sum"))
    )


_MONTH = {"month": "Month", "credits": "Credits", "amount": "Amount"}
_CREDIT = {
    "credited_on": "Credited on",
    "opportunity_id": "Opportunity",
    "kind": "Kind",
    "amount": "Amount",
}


def _closing_box(person: Person) -> page.Part:
    closed = closings_of(person)
    if closed.empty:
        return page.note(f"Nothing but renewals was closed in {person.periods.now.label}.")
    told = closed.assign(
        closed_on=_days(closed["closed_on"]), outcome=closed["outcome"].str.replace("_", " ")
    )
    table = tables.unit_table(told, {"cycle_days": DAYS}, "", _CLOSING)
    many = f"{len(closed):,} closings" if len(closed) != 1 else "1 closing"
    return page.unfolding(f"The {many} behind the win rate", table.as_raw_html())


_CLOSING = {
    "closed_on": "Closed on",
    "opportunity_id": "Opportunity",
    "outcome": "Outcome",
    "cycle_days": "Took",
}


def _exact(amount: float, person: Person | None = None) -> str:
    currency = person.data.settings.currency if person else None
    return f"{amount:,.2f} {currency or ''}".strip().replace("-", MINUS)


def _days(dates: pd.Series[Any]) -> pd.Series[Any]:
    return pd.to_datetime(dates).dt.strftime("%Y-%m-%d")
