"""The trail of quotas adjusted by hand as a file, and such files read back to be scored."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from spmkit.calibration.proposing.adjustments import Adjusted
from spmkit.data import DataError
from spmkit.data.errors import nearest
from spmkit.reports.bundle import write_whole
from spmkit.reports.quoted_text import first_line, quoted, unquoted

TRAIL = "adjustments.trail.csv"
"""The trail beside the data, of all periods whose adjustments are to be scored."""
COLUMNS = (
    *("rep_id", "territory_id", "period", "before", "after", "effect", "requested"),
    *("reason", "decision", "decided_by", "what", "fingerprint"),
)
_MONEY = ("before", "after", "effect", "requested")
_NEEDED = ("rep_id", "period", "before", "after", "what")


def trail_beside(quotas: Path) -> Path:
    """Where the trail of a file of quotas is written.

    Examples
    --------
    >>> trail_beside(Path("quotas.csv")).name
    'quotas.trail.csv'
    """
    return quotas.with_suffix(".trail.csv")


def trail_csv(adjusted: Adjusted) -> str:
    r"""Text of a file with what each adjustment moved: the same input, the same bytes.

    Parameters
    ----------
    adjusted
        As :func:`apply_adjustments` gives it.

    Examples
    --------
    >>> import numpy as np
    >>> from spmkit.calibration.expecting.expectation import Expectation
    >>> from spmkit.calibration.proposing.adjustments import apply_adjustments
    >>> from spmkit.calibration.proposing.proposal import propose
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": 20.0})
    >>> log = pd.DataFrame({"rep_id": ["ada"], "period": "2026Q4", "requested": [90.0],
    ...     "reason": "=1+1", "decision": "accepted", "decided_by": "Mo"})
    >>> found = apply_adjustments(
    ...     propose(Expectation(seats, np.linspace(-2, 2, 41)), 200.0), log, "2026Q4")
    >>> trail_csv(found).splitlines()[1][:66]
    '"ada",,"2026Q4",100.00,90.00,-10.00,90.00,"\'=1+1","accepted","Mo",'
    """
    lines = [",".join(COLUMNS)]
    for row in adjusted.trail.to_dict("records"):
        told = {**row, "fingerprint": adjusted.proposal.fingerprint}
        lines.append(",".join(_field(name, told.get(name)) for name in COLUMNS))
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)


def _field(name: str, value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    return quoted(name, str(value)) if name not in _MONEY else f"{value:.2f}"


def write_trail(adjusted: Adjusted, path: str | Path) -> Path:
    """Write a trail, whole or not at all; an older trail there is replaced, another file is not.

    Parameters
    ----------
    adjusted
        As :func:`apply_adjustments` gives it.
    path
        The file.

    Raises
    ------
    DataError
        Where there is a file that is no trail.
    """
    file = Path(path)
    if file.exists() and not {"before", "what"} <= set(first_line(file).strip().split(",")):
        raise DataError(f"{file} is no trail of adjustments and is not overwritten: move it.")
    write_whole(file, trail_csv(adjusted))
    return file


def read_trail(path: str | Path) -> pd.DataFrame:
    r"""Read a trail, of one or several periods, as :func:`score_adjustments` takes it.

    Parameters
    ----------
    path
        A file as :func:`write_trail` writes it, or several of them one below the other.

    Raises
    ------
    DataError
        With the file, the row and the remedy.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "quotas.trail.csv"
    ...     _ = file.write_text("rep_id,period,before,after,what\nada,2026Q4,100,90,decided\n")
    ...     read_trail(file)[["rep_id", "before", "after", "what"]].values.tolist()
    [['ada', 100.0, 90.0, 'decided']]
    """
    file = Path(path)
    try:
        reader = csv.DictReader(StringIO(file.read_text("utf-8-sig"), newline=""), strict=True)
        headings = reader.fieldnames or []
        for name in _NEEDED:
            if name not in headings:
                raise DataError(f"{file.name} has no column {name!r}.{nearest(name, headings)}")
        rows = [
            _row(f"{file.name}, row {reader.line_num}", line)
            for line in reader
            if line["what"] != "what"  # the headings of a trail that was put below another
        ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{file} cannot be read as a UTF-8 CSV file: {error}.") from error
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(_MONEY, "float64"))


def _row(where: str, line: dict[str, Any]) -> dict[str, Any]:
    if None in line:
        raise DataError(f"{where}: it has more fields than there are headings.")
    found: dict[str, Any] = {name: unquoted(line.get(name)) for name in COLUMNS}
    for name in _MONEY:
        try:
            found[name] = None if found[name] is None else float(found[name])
        except ValueError as error:
            raise DataError(f"{where}: {name} is {found[name]!r}; write an amount.") from error
    if found["before"] is None or found["after"] is None:
        raise DataError(f"{where}: before and after are both needed.")
    return found
