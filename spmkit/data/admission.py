"""Let the mapped tables in: references resolved, rows checked, a ledger kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import counting, duplicates, quality
from spmkit.data.errors import DataError
from spmkit.data.folder import ROW, named
from spmkit.data.frames import distinct, like, refuse_mixed, zoned_message
from spmkit.data.identity import AS_WRITTEN, NOT_IN_REPS, resolve
from spmkit.data.limits import dangling, loops, unused
from spmkit.data.long_ids import loose_references, other_form
from spmkit.data.mapping import UNREADABLE, ZONED
from spmkit.data.quality import REASON, to_pandas
from spmkit.data.reading import READ, Mapped
from spmkit.data.schema import TABLES
from spmkit.data.settings import Settings
from spmkit.data.snapshots import with_changes

if TYPE_CHECKING:
    import duckdb

NO_ROW = "a line that is no row"
_STATUSES = ("read", "used", "quarantined", "limited")
_INTERNAL = (ROW, UNREADABLE, ZONED)


def admit(
    tables: Mapping[str, Any], settings: Settings, con: duckdb.DuckDBPyConnection | None = None
) -> tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]:
    """Check every table; give the usable ones, the ledger and the rows set aside."""
    if con is None:
        refuse_mixed(tables)
    reps = _reps(tables)
    used: dict[str, Any] = {}
    ledger, aside = [], []
    whole: set[tuple[str, str]] = set()
    mapped = {
        name: given if isinstance(given, Mapped) else Mapped(given, None, pd.DataFrame())
        for name, given in tables.items()
    }
    targets = {name: table.frame for name, table in mapped.items()}
    for name, table in mapped.items():
        admitted = _Admission(name, table, targets, used, settings, con)
        used[name] = admitted.run(reps)
        whole |= {(name, column) for column in admitted.whole}
        targets[name] = nw.from_native(used[name]).lazy()
        ledger += admitted.ledger
        aside += admitted.aside
    ledger += dangling(used, whole)
    ledger += loops(reps)
    ledger += unused(used)
    return with_changes(used, con), _ledger_frame(ledger), _aside_frame(aside)


def _reps(tables: Mapping[str, Any]) -> pd.DataFrame:
    if "reps" not in tables:
        return pd.DataFrame({"rep_id": []})
    given = tables["reps"]
    frame = given.frame if isinstance(given, Mapped) else given
    columns = set(frame.collect_schema().names())
    wanted = [n for n in ("rep_id", "name", "email", "aliases", "manager_id") if n in columns]
    reps = to_pandas(frame.select(*wanted)).dropna(subset=["rep_id"])
    if "manager_id" in reps:
        meant = resolve(reps["manager_id"].dropna().unique(), reps)
        known = {k: v for k, v in meant.items() if v != NOT_IN_REPS}
        reps["manager_id"] = reps["manager_id"].replace(known)
    return reps


class _Admission:
    """The way of one table through resolving, checking and counting."""

    def __init__(
        self,
        name: str,
        table: Mapped,
        targets: Mapping[str, Any],
        settled: Collection[str],
        settings: Settings,
        con: Any,
    ) -> None:
        self.name, self.table, self.targets, self.settled = name, table, targets, settled
        self.settings, self.con = settings, con
        self.columns = table.frame.collect_schema().names()
        self.whole: set[str] = set()  # the columns whose references all find their row
        self.named: set[str] = set()  # the columns of reps that hold no total
        self.ledger: list[dict[str, Any]] = []
        self.aside: list[pd.DataFrame] = []

    def run(self, reps: pd.DataFrame) -> Any:
        frame, resolved = self._resolved(self.table.frame, reps)
        every = quality.checks(self.name, self.columns, self.settings.day, self.whole | self.named)
        decisive = [check for check in every if check.closes is None]
        limits = [check for check in every if check.closes is not None]
        reasoned = quality.with_reason(frame, decisive)
        counts = counting.count_reasons(reasoned, self.name, self.columns, limits)
        self._refuse_zoned(counts)
        bad = counts.dropna(subset=["reason"])
        unusable = self._unusable(reasoned, bad)
        clean = self._without(frame, reasoned, unusable)
        clean, repeated = duplicates.without(clean, self.name, self.con)
        self._count(counts, bad, repeated)
        self._set_aside(unusable, repeated)
        self._limited(self._defects(counts, clean, limits, repeated))
        untouched = bad.empty and repeated.empty and not resolved
        return self._kept(clean.drop([c for c in _INTERNAL if c in self.columns]), untouched)

    def _refuse_zoned(self, counts: pd.DataFrame) -> None:
        found = counts[ZONED].dropna() if ZONED in counts else counts.iloc[:0]
        if len(found):
            raise DataError(zoned_message(self.name, str(found.iloc[0])))

    def _defects(
        self,
        counts: pd.DataFrame,
        clean: Any,
        limits: Sequence[quality.Check],
        repeated: pd.DataFrame,
    ) -> pd.DataFrame:
        """Counted with the reasons already, unless some of the rows repeat others."""
        if len(repeated):
            return counting.count_defects(clean, self.name, self.columns, limits)
        return counting.defects_in(counts[counts["reason"].isna()], limits)

    def _resolved(self, frame: Any, reps: pd.DataFrame) -> tuple[Any, bool]:
        """Replace every reference to a rep by the rep_id that is meant."""
        changed = False
        for column, target in TABLES[self.name].references.items():
            if column not in self.columns:
                continue
            one = self._resolve_column if target == "reps.rep_id" else self._resolve_id
            frame, replaced = one(frame, column, reps)
            changed = changed or replaced
        return frame, changed

    def _resolve_id(self, frame: Any, column: str, _: pd.DataFrame) -> tuple[Any, bool]:
        """Replace a reference in the other form of an id by the key of the row that is meant."""
        table, key = TABLES[self.name].references[column].split(".")
        if self.con is None or table not in self.targets:
            return frame, False
        loose = loose_references(frame, column, self.targets[table], key)
        if loose.empty and table in self.settled:
            self.whole.add(column)
        meant = other_form(loose, column, self.targets[table], key, self.con)
        if not meant:
            return frame, False
        lookup = pd.DataFrame({column: list(meant), "_meant": list(meant.values())})
        joined = frame.join(like(lookup, frame, self.con), on=column, how="left")
        known = nw.coalesce(nw.col("_meant"), nw.col(column))
        return joined.with_columns(known.alias(column)).drop("_meant"), True

    def _resolve_column(self, frame: Any, column: str, reps: pd.DataFrame) -> tuple[Any, bool]:
        found = to_pandas(distinct(frame.select(column)))[column].dropna()
        totals = found.str.fullmatch(r"(?i)(grand |sub)?totals?:?")
        if not totals.any():
            self.named.add(column)
        found = found[~totals]
        meant = resolve(found, reps)
        unknown = sorted(name for name, rep in meant.items() if rep == NOT_IN_REPS)
        self._unknown(frame, column, unknown)
        if column == "manager_id":  # a manager need not be a rep: the node keeps its name
            meant |= {name: name for name in unknown}
        if all(name == rep for name, rep in meant.items()):
            return frame, False
        lookup = pd.DataFrame({column: list(meant), "_meant": list(meant.values())})
        joined = frame.join(like(lookup, frame, self.con), on=column, how="left")
        if column in TABLES[self.name].key and NOT_IN_REPS in meant.values():
            unknown_one = nw.when(nw.col("_meant") == NOT_IN_REPS).then(nw.col(column))
            joined = joined.with_columns(unknown_one.alias(column + AS_WRITTEN))
        return joined.with_columns(nw.col("_meant").alias(column)).drop("_meant"), True

    def _unknown(self, frame: Any, column: str, unknown: Sequence[str]) -> None:
        if not unknown:
            return
        hit = frame.filter(nw.col(column).is_in(list(unknown)))
        none = hit.with_columns(nw.lit(None, nw.String).alias(REASON))
        counted = counting.count_reasons(none, self.name, self.columns)
        some = ", ".join(unknown[:3]) + (", …" if len(unknown) > 3 else "")
        closes = "nothing: a node" if column == "manager_id" else f"metrics by rep ({NOT_IN_REPS})"
        self._line("limited", f"{column} is not in reps: {some}", counted, closes)

    def _line(
        self, status: str, reason: str | None, counted: pd.DataFrame, closes: str | None = None
    ) -> None:
        has_amount = "amount" in counted and counted["amount"].notna().any()
        self.ledger.append(
            {
                "table": self.name,
                "status": status,
                "reason": reason,
                "closes": closes,
                "rows": int(counted["rows"].sum()),
                "amount": float(counted["amount"].sum()) if has_amount else None,
            }
        )

    def _count(self, counts: pd.DataFrame, bad: pd.DataFrame, repeated: pd.DataFrame) -> None:
        broken = pd.DataFrame({"rows": [len(self.table.broken)]})
        self._line("read", None, pd.concat([counts, broken]))
        if not self.ledger[-1]["rows"]:
            self._line("limited", "no rows: what is mapped is empty", counts, "all")
        minus = repeated.assign(rows=-repeated["rows"], amount=-repeated["amount"])
        self._line("used", None, pd.concat([counts[counts["reason"].isna()], minus]))
        if len(self.table.broken):
            self._line("quarantined", NO_ROW, broken)
        for _, group in pd.concat([bad, repeated]).groupby("reason", sort=True):
            self._line("quarantined", str(group["reason"].iloc[0]), group)

    def _limited(self, defects: pd.DataFrame) -> None:
        for _, defect in defects.iterrows():
            self._line("limited", defect["reason"], defect.to_frame().T, defect["closes"])

    def _unusable(self, reasoned: Any, bad: pd.DataFrame) -> pd.DataFrame:
        """Row, key and reason of each row that cannot be used."""
        if bad.empty:
            return pd.DataFrame()
        key = (TABLES[self.name].key or TABLES[self.name].needed)[:1]
        places = [c for c in (ROW, *key) if c in self.columns]
        found = to_pandas(reasoned.filter(~nw.col(REASON).is_null()).select(*places, REASON))
        return found.rename(columns={ROW: "row", REASON: "reason"} | dict.fromkeys(key, "key"))

    def _without(self, frame: Any, reasoned: Any, unusable: pd.DataFrame) -> Any:
        """A table is its source minus those rows: by their numbers where they stay theirs.

        Else every query would make all the checks once more.
        """
        if unusable.empty:
            return frame
        if not self.table.knows_rows:
            return reasoned.filter(nw.col(REASON).is_null()).drop(REASON)
        gone = unusable[["row"]].rename(columns={"row": ROW})
        return frame.join(like(gone, frame, self.con), on=ROW, how="anti")

    def _set_aside(self, unusable: pd.DataFrame, repeated: pd.DataFrame) -> None:
        rows = [self.table.broken, unusable]
        rows += list(repeated["places"]) if len(repeated) else []
        self.aside += [self._placed(part) for part in rows if len(part)]

    def _placed(self, part: pd.DataFrame) -> pd.DataFrame:
        """Count the broken lines above a row in, so that a spreadsheet shows the same number."""
        placed = part.assign(table=self.name)
        if part is not self.table.broken and "row" in placed:
            for line in sorted(self.table.broken.get("row", [])):
                placed["row"] += (placed["row"] >= line).astype("int64")
        return placed

    def _kept(self, clean: Any, untouched: bool) -> Any:  # noqa: FBT001  a fact, not an option
        """Keep a table in the database: copied if its source is text, lazy otherwise."""
        if self.con is None:
            return clean.to_native()
        if self.table.plain and untouched:
            self.con.execute(f"create view {named(self.name)} as {self.table.plain}")
        elif self.table.plain:
            clean.to_native().create_view(self.name)
        else:
            clean.to_native().create(named(self.name))
            self.con.execute(f"drop table {named(READ + self.name)}")
        return self.con.table(named(self.name))


def _ledger_frame(lines: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    columns = ["table", "status", "reason", "closes", "rows", "amount"]
    order = {name: i for i, name in enumerate([*TABLES, *_STATUSES])}
    ordered = sorted(lines, key=lambda line: (order[line["table"]], order[line["status"]]))
    frame = pd.DataFrame(ordered, columns=columns)
    return frame.astype({"rows": "int64", "amount": "float64"})


def _aside_frame(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    columns = ["table", "row", "key", "reason"]
    if not parts:
        return pd.DataFrame(columns=columns)
    found = pd.concat(parts).reindex(columns=columns).reset_index(drop=True)
    return found.astype({"row": "Int64"})
