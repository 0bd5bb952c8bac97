"""Who owned an opportunity on a day, told from the log of its changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.frames import distinct, kept, like
from spmkit.data.identity import resolve
from spmkit.data.quality import to_pandas
from spmkit.data.sources import SalesData
from spmkit.data.tables import Lazy

_FIRST, _LAST = date(1900, 1, 1), date(2262, 1, 1)


def with_owner_on(frame: Lazy, data: SalesData, day: str) -> Lazy:
    """Set the ``rep_id`` of each row to the owner of its opportunity on a day.

    The first change of owner after the day says who the owner was until then; without one
    it is who owns it now. Without a log, or one that does not say what was before, too.

    Parameters
    ----------
    frame
        Lazy rows with ``opportunity_id`` and ``rep_id``.
    data
        An open source.
    day
        The column with the day, which is never null.
    """
    if "opportunity_history" not in data:
        return frame
    history: Lazy = nw.from_native(data.opportunity_history).lazy()
    if "old_value" not in history.collect_schema().names():
        return frame
    moves = history.filter((nw.col("field") == "rep_id") & ~nw.col("old_value").is_null())
    spells = data.fact("owner spells", lambda: _kept_spells(moves, data))
    joined = frame.join(spells, on="opportunity_id", how="left")
    inside = (nw.col(day) >= nw.col("_since")) & (nw.col(day) < nw.col("_until"))
    then = joined.filter(nw.col("_since").is_null() | inside)
    owned = then.with_columns(rep_id=nw.coalesce("_owner", "rep_id"))
    return owned.drop("_owner", "_since", "_until")


def reps_meant(data: SalesData, written: Iterable[str]) -> dict[str, str]:
    """Whom a log means that names owners as its system does: by name, e-mail or another id.

    Only the names that are not a ``rep_id`` already.
    """
    reps = nw.from_native(data.reps).lazy()
    known = [n for n in ("rep_id", "name", "email", "aliases") if n in reps.collect_schema()]
    meant = resolve(sorted(written), to_pandas(reps.select(*known)))
    return {name: rep for name, rep in meant.items() if name != rep}


def _resolved(moves: Lazy, data: SalesData) -> Lazy:
    meant = reps_meant(data, to_pandas(distinct(moves.select("old_value")))["old_value"])
    owned: Lazy = moves.select(
        "opportunity_id", "changed_at", nw.col("old_value").alias("_owner")
    ).with_columns(_on=nw.col("changed_at").cast(nw.Date))
    if not meant:
        return owned
    lookup = pd.DataFrame({"_owner": list(meant), "_rep": list(meant.values())})
    joined = owned.join(like(lookup, owned, data.connection), on="_owner", how="left")
    return joined.with_columns(_owner=nw.coalesce("_rep", "_owner")).drop("_rep")


def _kept_spells(moves: Lazy, data: SalesData) -> Lazy:
    """Kept, since few rows come of a long log, and some engines read it once for each window."""
    changes = kept(_resolved(moves, data), data.connection)
    return kept(_former(changes, data), data.connection)


def _former(moves: Lazy, data: SalesData) -> Lazy:
    """The days between two changes with their owner; after the last one it is who owns it now."""
    order = ["changed_at", "_owner"]
    around = moves.with_columns(
        _before=nw.col("_on").shift(1).over("opportunity_id", order_by=order),
        _after=nw.col("_on").shift(-1).over("opportunity_id", order_by=order),
    )
    sides = like(pd.DataFrame({"_side": ["until", "since"]}), moves, data.connection)
    until = nw.col("_side") == "until"
    both = around.join(sides, how="cross").filter(until | nw.col("_after").is_null())
    return both.select(
        "opportunity_id",
        nw.when(until).then(nw.col("_owner")).alias("_owner"),
        nw.when(until)
        .then(nw.coalesce(nw.col("_before"), nw.lit(_FIRST).cast(nw.Date)))
        .otherwise(nw.col("_on"))
        .alias("_since"),
        nw.when(until).then(nw.col("_on")).otherwise(nw.lit(_LAST).cast(nw.Date)).alias("_until"),
    )
