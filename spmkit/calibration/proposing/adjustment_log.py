"""Changes of quotas by hand as they were asked for and decided: the log, read and checked."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from spmkit.calibration.proposing.policy_checks import refuse_amount
from spmkit.data import DataError
from spmkit.data.errors import nearest

ACCEPTED, REFUSED, PART = "accepted", "refused", "part"
COLUMNS = ("rep_id", "period", "requested", "reason", "decision", "decided_by", "effect")
_NEEDED = COLUMNS[:-1]


def read_adjustments(path: str | Path) -> pd.DataFrame:
    r"""Read a log of adjustments from a CSV file.

    Parameters
    ----------
    path
        With the columns of :func:`adjustment_log`.

    Raises
    ------
    DataError
        With the file, the row and the remedy.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "adjustments.csv"
    ...     _ = file.write_text("rep_id,period,requested,reason,decision,decided_by\n"
    ...         "ada,2026Q4,90000,a key account left,accepted,Mo\n")
    ...     read_adjustments(file)[["rep_id", "requested", "decision"]].values.tolist()
    [['ada', 90000.0, 'accepted']]
    """
    file = Path(path)
    try:
        reader = csv.DictReader(StringIO(file.read_text("utf-8-sig"), newline=""), strict=True)
        rows = [{**line, "row": reader.line_num} for line in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{file} cannot be read as a UTF-8 CSV file: {error}.") from error
    frame = pd.DataFrame(rows, columns=[*(reader.fieldnames or []), "row"])
    return adjustment_log(frame, file.name)


def adjustment_log(log: pd.DataFrame, name: str = "the log") -> pd.DataFrame:
    """Check a log of adjustments.

    Parameters
    ----------
    log
        ``rep_id`` (of a vacant seat the territory_id), ``period``, ``requested`` (the quota asked
        for), ``reason``, ``decision`` (``accepted``, ``refused`` or ``part``), ``decided_by`` and
        ``effect`` (by how much the decision changes the quota; needed for ``part`` alone);
        ``row`` numbers the rows for messages.
    name
        What messages call it.

    Returns
    -------
    pandas.DataFrame
        The columns above, texts without blanks at their ends, amounts as numbers.

    Raises
    ------
    DataError
        With the row and the remedy.

    Examples
    --------
    >>> adjustment_log(pd.DataFrame({"rep_id": ["ada"], "period": "2026Q4", "requested": [90.0],
    ...     "reason": [""], "decision": "accepted", "decided_by": "Mo"}))
    Traceback (most recent call last):
    spmkit.data.errors.DataError: the log, row 1: reason is empty; say why it was asked for.
    """
    for column in _NEEDED:
        if column not in log:
            raise DataError(f"{name} has no column {column!r}.{nearest(column, map(str, log))}")
    numbers = log["row"] if "row" in log else range(1, len(log) + 1)
    lines = log.reindex(columns=list(COLUMNS)).to_dict("records")
    rows = [_row(f"{name}, row {row}", line) for row, line in zip(numbers, lines, strict=True)]
    found = pd.DataFrame(rows, columns=list(COLUMNS)).assign(row=list(numbers))
    _refuse_twice(found, name)
    return found.astype({"requested": "float64", "effect": "float64"})


def _refuse_twice(found: pd.DataFrame, name: str) -> None:
    twice = found[found.duplicated(["rep_id", "period"], keep=False)]
    if len(twice):
        first = twice.iloc[0]
        same = twice[(twice["rep_id"] == first["rep_id"]) & (twice["period"] == first["period"])]
        raise DataError(
            f"{name}, rows {', '.join(map(str, same['row']))}: {first['rep_id']!r} has more than "
            f"one adjustment in {first['period']}. Keep the one that was decided last."
        )


def _row(where: str, line: dict[Any, Any]) -> dict[str, Any]:
    texts = {name: _text(line[name]) for name in ("rep_id", "period", "reason", "decided_by")}
    remedies = {
        "rep_id": "say whose quota it is",
        "period": "say which period, such as 2026Q4",
        "reason": "say why it was asked for",
        "decided_by": "say who decided",
    }
    for name, remedy in remedies.items():
        if not texts[name]:
            raise DataError(f"{where}: {name} is empty; {remedy}.")
    decision = _text(line["decision"]).lower()
    if decision not in (ACCEPTED, REFUSED, PART):
        raise DataError(f"{where}: decision is {decision!r}; it is accepted, refused or part.")
    requested = _amount(where, "requested", line["requested"])
    if requested is None:
        raise DataError(f"{where}: requested is empty; write the quota asked for.")
    refuse_amount(f"{where}: requested", requested)
    return {
        **texts,
        "decision": decision,
        "requested": requested,
        "effect": _effect(where, decision, line["effect"]),
    }


def _effect(where: str, decision: str, value: Any) -> float | None:
    effect = _amount(where, "effect", value)
    if decision == PART and not effect:
        raise DataError(f"{where}: of a part, effect says by how much the quota changes.")
    if decision == REFUSED and effect:
        raise DataError(f"{where}: it was refused, so its effect is 0 or left empty.")
    return effect


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value).strip()


def _amount(where: str, name: str, value: Any) -> float | None:
    text = _text(value)
    if not text:
        return None
    try:
        amount = float(text)
    except ValueError:
        amount = float("nan")
    if not abs(amount) < 1e13:
        raise DataError(f"{where}: {name} is {text!r}; write an amount such as 90000 or -2500.50.")
    return amount
