"""Checks of the tidy tables, and the ledger of what was read, used and set aside.

A check is one expression and one reason. A row is quarantined only if it
cannot be identified, dated or valued; any other defect closes it to the
metrics that need the field, and is counted as such.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.errors import DataError
from spmkit.data.logged import unreadable_values
from spmkit.data.mapping import UNREADABLE
from spmkit.data.schema import CLOSED_OUTCOMES, TABLES

REASON = "_reason"
TOTAL = "a total, not a row"
_TOTAL = r"^(?i)(grand |sub)?totals?:?$"
_DECISIVE = {  # a value that is not known makes the row unusable, not only unfiled
    "opportunities": ("outcome",),
    "quotas": ("level", "kind"),
    "credits": ("credit_type",),
    "opportunity_history": ("field",),
    "fx": ("kind",),
}
_SAID = {"opportunity_history": ("field", "new_value")}  # texts that name no row
_MUST_READ = {
    "opportunities": ("amount", "closed_on"),
    "quotas": ("quota", "period_end", "version", "released_on"),
}
AMOUNTS = {
    "opportunities": "amount",
    "quotas": "quota",
    "credits": "amount",
    "payouts": "amount",
    "forecasts": "amount",
    "opportunity_lines": "amount",
}


@dataclass(frozen=True)
class Check:
    """One expression that is true where a row fails, and the reason.

    ``closes`` names what the row is closed to; without it the row is quarantined.
    """

    reason: str
    fails: nw.Expr
    closes: str | None = None


def checks(
    table: str, columns: Iterable[str], as_of: date, meant: Collection[str] = ()
) -> list[Check]:
    """Every check of a table whose columns are there, the decisive ones first.

    In columns of which is known who or what is ``meant`` no total is looked for: a pattern in
    every row of a long log costs more than all other checks.
    """
    present = set(columns)
    found = [
        *_identified(table, present, meant),
        *_read(table, present),
        *_dated(table, present, as_of),
        *_valued(table, present),
        *_known_values(table, present),
        *_ordered(table, present),
    ]
    if table == "opportunities":
        found += _opportunities(present)
    if table == "opportunity_history":
        closes = "the pipeline of past days, pushes and slippage"
        found += [Check(reason, odd, closes) for reason, odd in unreadable_values(present)]
    return sorted(found, key=_rank)


def _rank(check: Check) -> tuple[bool, bool, bool]:
    """What sets a row aside comes first; a value that cannot be read is not merely missing."""
    unread = check.reason.endswith("cannot be read")
    return check.closes is not None, check.reason != TOTAL, not unread


def _identified(table: str, present: set[str], meant: Collection[str]) -> list[Check]:
    spec = TABLES[table]
    names = [name for name in spec.key if name in spec.needed and name in present]
    naming = [n for n in spec.needed if n in present and n not in _SAID.get(table, ())]
    texts = [n for n in naming if spec.columns[n] == "text"]
    found = [Check(TOTAL, nw.col(n).str.contains(_TOTAL)) for n in texts if n not in meant]
    found += [Check(f"{n} is missing", nw.col(n).is_null()) for n in names]
    if table == "quotas":
        found += _quota_owner(present)
    return found


def _quota_owner(present: set[str]) -> list[Check]:
    owners = [nw.col(n) for n in ("rep_id", "territory_id") if n in present]
    nobody = nw.all_horizontal(*[owner.is_null() for owner in owners], ignore_nulls=True)
    if "level" in present:
        nobody = nobody & (nw.col("level").is_null() | (nw.col("level") == "rep"))
    totals = [Check(TOTAL, owner.str.contains(_TOTAL)) for owner in owners]
    return [*totals, Check("neither rep_id nor territory_id", nobody)]


def _read(table: str, present: set[str]) -> list[Check]:
    if UNREADABLE not in present:
        return []
    spec = TABLES[table]
    decisive = {*spec.key, spec.dated_by, spec.valued_by, *_MUST_READ.get(table, ())}
    return [
        Check(
            f"{name} cannot be read",
            nw.col(UNREADABLE).str.contains(f"(^|; ){name} "),
            None if name in decisive else f"metrics that read {name}",
        )
        for name in spec.columns
        if name in present
    ]


def _dated(table: str, present: set[str], as_of: date) -> list[Check]:
    spec = TABLES[table]
    found = []
    if spec.dated_by in present:
        found.append(Check(f"{spec.dated_by} is missing", nw.col(str(spec.dated_by)).is_null()))
    for name in _PAST.get(table, ()):
        if name in present:
            later = nw.col(name).cast(nw.Date) > nw.lit(as_of)
            found.append(Check(f"{name} is after as_of ({as_of})", later))
    return found


_PAST = {  # what has happened cannot lie after the day up to which the data speak
    "opportunities": ("created_on", "closed_on"),
    "opportunity_history": ("changed_at",),
    "opportunity_snapshots": ("taken_on",),
    "credits": ("credited_on",),
    "leads": ("created_at",),
    "forecasts": ("as_of",),
    "feedback": ("given_on",),
}


def _valued(table: str, present: set[str]) -> list[Check]:
    spec = TABLES[table]
    found = []
    if spec.valued_by in present:
        found.append(Check(f"{spec.valued_by} is missing", nw.col(str(spec.valued_by)).is_null()))
    if table == "quotas":
        found.append(Check("quota is negative", nw.col("quota") < 0))
    return found


def _known_values(table: str, present: set[str]) -> list[Check]:
    decisive = _DECISIVE.get(table, ())
    return [
        Check(
            f"{name} is not one of {', '.join(values)}",
            ~nw.col(name).is_in(values),
            None if name in decisive else f"metrics that read {name}",
        )
        for name, values in TABLES[table].values.items()
        if name in present
    ]


def _ordered(table: str, present: set[str]) -> list[Check]:
    return [
        Check(f"{first} is after {second}", nw.col(first) > nw.col(second), _needs_order(table))
        for first, second in TABLES[table].ordered
        if {first, second} <= present
    ]


def _needs_order(table: str) -> str:
    return {"opportunities": "sales_cycle", "leads": "response time"}.get(table, "durations")


def _opportunities(present: set[str]) -> list[Check]:
    """What only an opportunity can get wrong."""
    closed = nw.col("outcome").is_in(CLOSED_OUTCOMES)
    won = nw.col("outcome") == "won"
    found = [
        Check("outcome is missing", nw.col("outcome").is_null()),
        Check("no owner", nw.col("rep_id").is_null(), "metrics by rep (nobody's)"),
    ]
    if "closed_on" in present:
        found += [
            Check("closed, yet closed_on is missing", closed & nw.col("closed_on").is_null()),
            Check(
                "open, yet it has closed_on (map it to expected_close_on)",
                (nw.col("outcome") == "open") & ~nw.col("closed_on").is_null(),
                "nothing: the date is not read",
            ),
        ]
    if "amount" in present:
        found.append(
            Check(
                "amount is missing",
                ~won & nw.col("amount").is_null(),
                "values of pipeline and losses",
            )
        )
        found.append(
            Check(
                "won without an amount",
                won & nw.col("amount").is_null(),
                "metrics that read amount",
            )
        )
    if "created_on" in present:
        found.append(Check("created_on is missing", nw.col("created_on").is_null(), "sales_cycle"))
    return found


def with_reason(frame: Any, decisive: Sequence[Check]) -> Any:
    """Add the first reason for which a row cannot be used; null where there is none."""
    none = nw.lit(None, nw.String)
    chain = reduce(
        lambda otherwise, check: (
            nw.when(check.fails).then(nw.lit(check.reason)).otherwise(otherwise)
        ),
        reversed(decisive),
        none,
    )
    return frame.with_columns(chain.alias(REASON))


def to_pandas(frame: Any) -> pd.DataFrame:
    """Collect a small result from whatever engine holds it.

    Raises
    ------
    DataError
        Where the database ran out of the memory that it may take.
    """
    import duckdb

    lazy = frame.lazy() if isinstance(frame, nw.DataFrame) else frame
    try:
        collected: pd.DataFrame = lazy.collect("pandas").to_native()
    except duckdb.OutOfMemoryException as error:
        raise DataError(
            "The database ran out of the memory that it may take, or of room on disk. Give it "
            'more: memory_limit = "4GB" at the top of spmkit.toml (of a connection of your own '
            "set memory_limit)."
        ) from error
    return collected
