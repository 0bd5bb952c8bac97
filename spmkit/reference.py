"""The catalogue as a page and as a list: written from the functions, never typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from textwrap import wrap

from spmkit.catalogue import FAMILIES, Entry, catalogue

_BETTER = {
    "higher": "higher is better",
    "lower": "lower is better",
    "target": "best within a band",
    "neither": "neither end is better",
}
_OTHER = "Comparison"
_PREFACE = """# The metrics

Every number that spmkit defines, from the functions themselves (`spmkit metrics --format markdown`
writes this page; `--format json` gives the same to a program). A metric that gives *one number* is
measured with `spmkit.measure(lines, metric, by=…)`; one that gives *a table* is called with the
lines. The lines of each come from the function or table named beside it, such as
`spmkit.quota_lines(data, "2026Q3")`. *Leading* moves before results do; *lagging* is seen in the
mirror; *controllable* is what a rep can change this week. Undefined is null with its reason in the
column `…_status`, never infinite and never a silent 0. In the examples `pd` is pandas and `spm` is
spmkit.

The ids are those of the catalogue: """


def reference_page() -> str:
    """Write the reference of all metrics in Markdown.

    Examples
    --------
    >>> reference_page().splitlines()[0]
    '# The metrics'
    """
    families = {
        title: list(found) for title, found in groupby(catalogue(), key=lambda e: _family(e))
    }
    letters = ", ".join(f"{letter} {title.lower()}" for letter, title in FAMILIES.items())
    parts = [f"{_PREFACE}{letters}."]
    for title, entries in families.items():
        parts += [f"## {title}", _contents(entries), *map(_described, entries)]
    return "\n\n".join(parts) + "\n"


def reference_list(entries: Sequence[Entry], width: int = 80) -> str:
    """Write the metrics under their subjects, for a terminal of a width.

    Examples
    --------
    >>> print(reference_list([e for e in catalogue() if e.name == "win_rate"]))
    PIPELINE, WIN RATE AND CONVERSION
    <BLANKLINE>
    win_rate
        Won opportunities as a share of all that closed, renewals left out.
        W2; percent; higher is better; lagging; of opportunity_lines: won, closed,
        renewal
    """
    parts = []
    for title, found in groupby(entries, key=_family):
        parts += [title.upper(), *(_listed(entry, width) for entry in found)]
    return "\n\n".join(parts)


def _listed(entry: Entry, width: int) -> str:
    ids = ", ".join(entry.ids)
    reads = f"of {entry.lines}" + (f": {', '.join(entry.columns)}" if entry.columns else "")
    facts = [ids, entry.unit, _BETTER[entry.better], _timing(entry), reads]
    told = "; ".join(fact for fact in facts if fact)
    lines = [line for text in (entry.definition, told) for line in wrap(text, max(width - 4, 40))]
    return "\n".join([entry.name, *(f"    {line}" for line in lines)])


def _family(entry: Entry) -> str:
    return FAMILIES.get(entry.ids[0][0], _OTHER) if entry.ids else _OTHER


def _timing(entry: Entry) -> str:
    return f"{entry.timing}, controllable" if entry.controllable else entry.timing


def _contents(entries: Iterable[Entry]) -> str:
    rows = [f"| {', '.join(e.ids)} | [`{e.name}`](#{e.name}) | {e.definition} |" for e in entries]
    return "\n".join(["| id | metric | definition |", "|---|---|---|", *rows])


def _described(entry: Entry) -> str:
    options = ", ".join(f"`{name}={value!r}`" for name, value in entry.options.items())
    needs = ", ".join(f"`{name}`" for name in entry.needs)
    reads = f"Reads {_columns(entry)} of `{entry.lines}`."
    reads += f" Needs {needs}." * bool(needs) + f" Options: {options}." * bool(options)
    facts = [
        f"*{entry.gives} · {entry.unit} · {_BETTER[entry.better]} · {_timing(entry)}*",
        reads,
    ]
    example = f"```pycon\n{entry.example}\n```"
    said = [f"### {entry.name}", entry.definition, *facts, entry.reading, example, _sourced(entry)]
    return "\n\n".join(text for text in said if text)


def _columns(entry: Entry) -> str:
    return ", ".join(f"`{name}`" for name in entry.columns) or "the rows"


def _sourced(entry: Entry) -> str:
    return f"Catalogue {', '.join(entry.ids)}; {entry.source}" if entry.ids else entry.source
