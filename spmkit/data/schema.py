"""The tidy tables: what each is, its columns and their kinds.

``datasets/README.md`` says in words what each column means; a test holds the
two against each other. Everything that checks, casts or documents a table
reads it from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "list", "date", "moment", "money", "number", "flag"]

OUTCOMES = ("open", "won", "lost", "no_decision", "void")
CLOSED_OUTCOMES = ("won", "lost", "no_decision")
HISTORY_FIELDS = ("stage", "amount", "expected_close_on", "rep_id", "forecast_category")


@dataclass(frozen=True)
class Table:
    """One tidy table.

    Parameters
    ----------
    row
        What one row is.
    columns
        Column name to kind, in the dictionary's order.
    key
        The columns that together name a row.
    needed
        Columns that a source must have; the others may be absent.
    dated_by
        The date without which a row cannot be placed in time.
    valued_by
        The amount without which a row says nothing.
    values
        Column to the values that it may hold.
    references
        Column to the ``table.column`` whose values it repeats.
    ordered
        Pairs of dates of which the first may not lie after the second.
    """

    row: str
    columns: Mapping[str, Kind]
    key: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    dated_by: str | None = None
    valued_by: str | None = None
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    ordered: tuple[tuple[str, str], ...] = ()


def _columns(**by_kind: str) -> dict[str, Kind]:
    """Spell ``date="a b"`` as ``{"a": "date", "b": "date"}``."""
    kinds: dict[str, Kind] = {}
    for kind, names in by_kind.items():
        kinds |= dict.fromkeys(names.split(), kind)  # type: ignore[arg-type]
    return kinds


_REP = {"rep_id": "reps.rep_id"}
_SPELL = (("starts_on", "ends_on"),)

TABLES: Mapping[str, Table] = {
    "reps": Table(
        row="a person with a rep-level quota or credit",
        columns=_columns(
            text="rep_id name email role leave_reason currency manager_id team region segment",
            list="aliases",
            date="hired_on left_on",
            money="ote base_pay",
            number="fte",
        ),
        key=("rep_id",),
        needed=("rep_id",),
        references={"manager_id": "reps.rep_id"},
        ordered=(("hired_on", "left_on"),),
    ),
    "rep_assignments": Table(
        row="a spell of a rep under a manager",
        columns=_columns(
            text="rep_id manager_id team region role segment",
            date="starts_on ends_on",
            number="fte",
        ),
        key=("rep_id", "starts_on"),
        needed=("rep_id", "starts_on"),
        dated_by="starts_on",
        references={"rep_id": "reps.rep_id", "manager_id": "reps.rep_id"},
        ordered=_SPELL,
    ),
    "quotas": Table(
        row="a quota line",
        columns=_columns(
            text="rep_id territory_id level kind currency component",
            date="period_start period_end released_on",
            money="quota",
            number="version",
        ),
        key=(
            "rep_id",
            "territory_id",
            "level",
            "kind",
            "period_start",
            "period_end",
            "component",
            "version",
        ),
        needed=("period_start", "quota"),
        dated_by="period_start",
        values={"level": ("rep", "team", "company"), "kind": ("direct", "overlay")},
        references=_REP,
        ordered=(("period_start", "period_end"),),
    ),
    "opportunities": Table(
        row="an opportunity",
        columns=_columns(
            text="opportunity_id account_id rep_id type product segment source currency stage"
            " outcome loss_reason forecast_category",
            money="amount list_amount",
            date="created_on expected_close_on closed_on",
            number="score",
        ),
        key=("opportunity_id",),
        needed=("opportunity_id", "rep_id", "outcome"),
        values={"type": ("new", "expansion", "renewal"), "outcome": OUTCOMES},
        references=_REP | {"account_id": "accounts.account_id"},
        ordered=(("created_on", "closed_on"),),
    ),
    "opportunity_lines": Table(
        row="a product of an opportunity",
        columns=_columns(text="opportunity_id product", money="amount list_amount margin"),
        needed=("opportunity_id", "product"),
        references={"opportunity_id": "opportunities.opportunity_id"},
    ),
    "opportunity_history": Table(
        row="a change of an opportunity",
        columns=_columns(text="opportunity_id field old_value new_value", moment="changed_at"),
        needed=("opportunity_id", "changed_at", "field", "new_value"),
        dated_by="changed_at",
        values={"field": HISTORY_FIELDS},
        references={"opportunity_id": "opportunities.opportunity_id"},
    ),
    "opportunity_snapshots": Table(
        row="an opportunity on the day of a snapshot",
        columns=_columns(
            text="opportunity_id rep_id stage forecast_category outcome",
            money="amount",
            date="taken_on expected_close_on",
        ),
        key=("opportunity_id", "taken_on"),
        needed=("opportunity_id", "taken_on"),
        dated_by="taken_on",
        values={"outcome": OUTCOMES},
        references=_REP | {"opportunity_id": "opportunities.opportunity_id"},
    ),
    "credits": Table(
        row="a credit to a payee",
        columns=_columns(
            text="credit_id opportunity_id rep_id currency component credit_type reverses_id",
            date="credited_on",
            money="amount",
        ),
        key=("credit_id",),
        needed=("credit_id", "rep_id", "credited_on", "amount"),
        dated_by="credited_on",
        valued_by="amount",
        values={"credit_type": ("split", "overlay")},
        references=_REP
        | {"opportunity_id": "opportunities.opportunity_id", "reverses_id": "credits.credit_id"},
    ),
    "activities": Table(
        row="an activity",
        columns=_columns(
            text="activity_id rep_id account_id opportunity_id type category status",
            moment="started_at",
            number="minutes",
            flag="external",
        ),
        key=("activity_id",),
        needed=("activity_id", "rep_id", "started_at"),
        dated_by="started_at",
        values={
            "category": ("selling", "prospecting", "admin", "internal", "travel"),
            "status": ("held", "cancelled", "no_show"),
        },
        references=_REP,
    ),
    "leads": Table(
        row="a lead",
        columns=_columns(
            text="lead_id source rep_id opportunity_id", moment="created_at first_touch_at"
        ),
        key=("lead_id",),
        needed=("lead_id", "created_at"),
        dated_by="created_at",
        references=_REP,
        ordered=(("created_at", "first_touch_at"),),
    ),
    "accounts": Table(
        row="an account",
        columns=_columns(
            text="account_id name industry segment parent_id rep_id territory_id",
            money="potential target",
            number="latitude longitude",
            date="churned_on",
        ),
        key=("account_id",),
        needed=("account_id",),
        references=_REP | {"parent_id": "accounts.account_id"},
    ),
    "territory_assignments": Table(
        row="a spell of a rep in a territory",
        columns=_columns(text="territory_id rep_id", date="starts_on ends_on", number="share"),
        key=("territory_id", "rep_id", "starts_on"),
        needed=("territory_id", "rep_id", "starts_on"),
        dated_by="starts_on",
        references=_REP,
        ordered=_SPELL,
    ),
    "leaves": Table(
        row="a spell of absence",
        columns=_columns(text="rep_id kind", date="starts_on ends_on"),
        needed=("rep_id", "starts_on"),
        dated_by="starts_on",
        references=_REP,
        ordered=_SPELL,
    ),
    "forecasts": Table(
        row="a forecast call",
        columns=_columns(
            text="rep_id category currency", date="as_of period_start", money="amount"
        ),
        key=("as_of", "rep_id", "period_start", "category"),
        needed=("as_of", "rep_id", "period_start", "amount"),
        dated_by="as_of",
        valued_by="amount",
        references=_REP,
    ),
    "programs": Table(
        row="an exposure of a rep to a program",
        columns=_columns(text="rep_id program kind", date="starts_on ends_on"),
        needed=("rep_id", "program", "starts_on"),
        dated_by="starts_on",
        values={"kind": ("training", "coaching", "tool", "content", "spiff")},
        references=_REP,
        ordered=_SPELL,
    ),
    "actions": Table(
        row="an action of a plan",
        columns=_columns(
            text="action_id rep_id gap action owner metric status",
            date="due_on review_on",
            number="baseline target",
        ),
        key=("action_id",),
        needed=("action_id", "action"),
        references=_REP,
    ),
    "feedback": Table(
        row="an answer of a customer",
        columns=_columns(text="account_id rep_id comment", date="given_on", number="score"),
        needed=("given_on",),
        dated_by="given_on",
        references=_REP,
    ),
    "payouts": Table(
        row="a payment to a rep",
        columns=_columns(text="rep_id component currency", date="period_start", money="amount"),
        needed=("rep_id", "period_start", "amount"),
        dated_by="period_start",
        valued_by="amount",
        references=_REP,
    ),
    "fx": Table(
        row="an exchange rate",
        columns=_columns(text="currency kind", date="starts_on", number="rate"),
        key=("currency", "starts_on", "kind"),
        needed=("currency", "rate"),
        valued_by="rate",
        values={"kind": ("plan", "actual")},
    ),
}

REQUIRED: Sequence[str] = ("reps", "opportunities")
