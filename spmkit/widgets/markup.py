"""HTML of the panels: every text from the data is escaped here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from spmkit.charts.theme import ACCENT

STYLE = f"""<style>
.spmkit-table {{ max-height: 260px; overflow: auto; }}
.spmkit-table table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
.spmkit-table caption {{ text-align: left; font-weight: 600; padding: 6px 0; white-space: nowrap; }}
.spmkit-table th, .spmkit-table td {{ padding: 3px 10px; text-align: right; }}
.spmkit-table th:first-child {{ text-align: left; padding-left: 0; font-weight: 500; }}
.spmkit-table thead th {{ font-weight: 400; opacity: .75; }}
.spmkit-table tr {{ border-bottom: 1px solid rgba(128, 128, 128, .25); }}
.spmkit-table tr.few {{ opacity: .55; }}
.spmkit-bar i {{ display: inline-block; width: 80px; height: 9px; margin-right: 8px;
  background: linear-gradient({ACCENT}, {ACCENT}) 0 / var(--share) 100% no-repeat,
  rgba(128, 128, 128, .18); }}
</style>"""


@dataclass(frozen=True)
class Bar:
    """A table cell that shows a share as a bar beside its number."""

    share: float
    text: str


@dataclass(frozen=True)
class Row:
    """A table row; ``faint`` greys one that rests on too few."""

    cells: Sequence[str | Bar]
    faint: bool = False


def paragraph(text: str) -> str:
    """Write a text as a paragraph.

    Examples
    --------
    >>> paragraph("R&D")
    '<p>R&amp;D</p>'
    """
    return f"<p>{escape(text)}</p>"


def table(caption: str, head: Sequence[str], rows: Iterable[Row]) -> str:
    """Write a table whose first column names the row.

    Examples
    --------
    >>> table("Reps", ["rep"], [Row(["<b>"])]).endswith(
    ...     '<tbody><tr><th scope="row">&lt;b&gt;</th></tr></tbody></table></div>')
    True
    """
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(_row(row) for row in rows)
    return (
        f'{STYLE}<div class="spmkit-table"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Row) -> str:
    name, *values = row.cells
    cells = "".join(_cell(value) for value in values)
    attribute = ' class="few"' if row.faint else ""
    return f'<tr{attribute}><th scope="row">{_content(name)}</th>{cells}</tr>'


def _cell(value: str | Bar) -> str:
    if isinstance(value, Bar):
        share = min(max(value.share, 0.0), 1.0)
        return f'<td class="spmkit-bar" style="--share: {share:.1%}"><i></i>{_content(value)}</td>'
    return f"<td>{_content(value)}</td>"


def _content(value: str | Bar) -> str:
    return escape(value.text if isinstance(value, Bar) else value)
