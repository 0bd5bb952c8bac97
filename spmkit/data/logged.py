"""What a change log may hold as text for an amount or a date."""

from __future__ import annotations

from collections.abc import Iterator

import narwhals.stable.v2 as nw

NUMBER = r"^\s*[-+]?(\d{1,99}(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?\s*$"
_LEAP_DAY = r"(\d\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29"
DATE = (
    r"^(\d{4}-((0[13578]|1[02])-31|(0[13-9]|1[0-2])-(29|30)|(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8]))"
    rf"|{_LEAP_DAY})([T ]|$)"
)
_READ_AS = {"amount": (NUMBER, "plain number"), "expected_close_on": (DATE, "ISO date")}


def unreadable_values(present: set[str]) -> Iterator[tuple[str, nw.Expr]]:
    """Each reason for which a logged value is not known, and the rows of which it holds."""
    for field, (pattern, kind) in _READ_AS.items():
        for column in ("old_value", "new_value"):
            if column in present:
                odd = ~nw.col(column).str.contains(pattern)
                # A choice, since engines match both sides of an "and" for every row.
                yield (
                    f"{column} of {field} is no {kind}",
                    nw.when(nw.col("field") == field).then(odd),
                )
