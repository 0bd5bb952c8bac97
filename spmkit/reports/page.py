"""The parts of a page that are neither table nor chart: head, lead, figures, boxes, foot.

Each function gives HTML with the classes that ``template/page.css`` describes,
and a notebook shows it as it shows any value. Plain text is escaped, whatever
is in it; only a :class:`Part` counts as HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape


class Part(str):
    """HTML that is known to be safe, and shows itself in a notebook."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


_BREAK = re.compile(r"(?<=\d) (?=%|[kMB]\b)")


def inline(pieces: Iterable[object]) -> str:
    """Pieces of a paragraph as HTML: texts escaped, parts as they are."""
    texts = (str(p) if isinstance(p, Part) else escape(str(p)) for p in pieces)
    return _BREAK.sub("\N{NO-BREAK SPACE}", "".join(texts))  # a number keeps its unit on its line


def accent(text: object) -> Part:
    r"""Words of a sentence in the accent colour: the number that matters.

    Parameters
    ----------
    text
        What to show.

    Returns
    -------
    Part
        To be handed to :func:`lead` or another part.

    Examples
    --------
    >>> str(accent("91 %"))
    '<b>91\xa0%</b>'
    """
    return Part(f"<b>{inline([text])}</b>")


def worse(text: object) -> Part:
    """Words of a sentence in the colour of what got worse.

    Parameters
    ----------
    text
        What to show.

    Returns
    -------
    Part
        To be handed to :func:`lead` or another part.

    Examples
    --------
    >>> str(worse("4 points below"))
    '<i>4 points below</i>'
    """
    return Part(f"<i>{inline([text])}</i>")


def masthead(title: str, *facts: str) -> Part:
    """Head of the page: its title, and at the right what it covers.

    Parameters
    ----------
    title
        Name of the report and its period.
    facts
        Scope, dates, date of the data; joined by dots.

    Returns
    -------
    Part
        It takes the place of the notebook's own ``# Title``.

    Examples
    --------
    >>> str(masthead("Quarterly review · 2026Q3", "All teams", "as of 2 Oct 2026"))
    '<header class="masthead"><h1>Quarterly review · 2026Q3</h1><p>All teams · as of 2 Oct 2026</p></header>'
    """  # noqa: E501
    right = " · ".join(escape(fact) for fact in facts)
    return Part(f'<header class="masthead"><h1>{escape(title)}</h1><p>{right}</p></header>')


def lead(*pieces: object) -> Part:
    r"""Sentence with which the page answers first.

    Parameters
    ----------
    pieces
        Text, and :func:`accent` or :func:`worse` around what matters.

    Returns
    -------
    Part
        A paragraph in large type.

    Examples
    --------
    >>> str(lead("The team closed at ", accent("91 %"), " of quota."))
    '<p class="lead">The team closed at <b>91\xa0%</b> of quota.</p>'
    """
    return Part(f'<p class="lead">{inline(pieces)}</p>')


def sub(*pieces: object) -> Part:
    """Sentences under the lead: intervals, caveats, what is not known.

    Parameters
    ----------
    pieces
        Text, and :func:`accent` or :func:`worse` around what matters.

    Returns
    -------
    Part
        A paragraph in grey.

    Examples
    --------
    >>> str(sub("17 of 58 reps reached quota."))
    '<p class="sub">17 of 58 reps reached quota.</p>'
    """
    return Part(f'<p class="sub">{inline(pieces)}</p>')


def figures(*rows: tuple[object, object, object]) -> Part:
    r"""Row of the few numbers a reader remembers.

    Parameters
    ----------
    rows
        Label, value, and the interval or yardstick under it.

    Returns
    -------
    Part
        A description list; two columns on a phone.

    Examples
    --------
    >>> str(figures(("Win rate", "22.8 %", "n 1,204")))
    '<dl class="figures"><div><dt>Win rate</dt><dd>22.8\xa0%<small>n 1,204</small></dd></div></dl>'
    """
    cells = (
        f"<div><dt>{inline([label])}</dt><dd>{inline([value])}<small>{inline([note])}</small></dd></div>"
        for label, value, note in rows
    )
    return Part(f'<dl class="figures">{"".join(cells)}</dl>')


def decide(*pieces: object) -> Part:
    """Box at the end of a part: what is to be decided, by whom, until when.

    Parameters
    ----------
    pieces
        Text, and :func:`accent` or :func:`worse` around what matters.

    Returns
    -------
    Part
        A box that opens with "To decide:".

    Examples
    --------
    >>> str(decide("Owner: M. Okafor."))
    '<p class="decide"><b>To decide:</b> Owner: M. Okafor.</p>'
    """
    return Part(f'<p class="decide"><b>To decide:</b> {inline(pieces)}</p>')


def note(*pieces: object) -> Part:
    """Aside in grey, such as why a part of the page is not there.

    Parameters
    ----------
    pieces
        Text, and :func:`accent` or :func:`worse` around what matters.

    Returns
    -------
    Part
        A paragraph.

    Examples
    --------
    >>> str(note("No snapshots were given."))
    '<p class="note">No snapshots were given.</p>'
    """
    return Part(f'<p class="note">{inline(pieces)}</p>')


def quality(summary: str, *points: object) -> Part:
    """Box about the data: rows read, used and set aside, and why.

    Parameters
    ----------
    summary
        One line that is always seen.
    points
        What unfolds under it, one line each.

    Returns
    -------
    Part
        A box that unfolds; open in print.

    Examples
    --------
    >>> str(quality("9,412 rows read, 14 set aside", "12 without a date"))
    '<details class="quality"><summary>9,412 rows read, 14 set aside</summary><ul><li>12 without a date</li></ul></details>'
    """  # noqa: E501
    items = "".join(f"<li>{inline([point])}</li>" for point in points)
    return Part(
        f'<details class="quality"><summary>{escape(summary)}</summary><ul>{items}</ul></details>'
    )


def unfolding(summary: str, table: str) -> Part:
    """Table that unfolds below a line; open in print.

    Parameters
    ----------
    summary
        The line that is always seen.
    table
        HTML of a table.

    Returns
    -------
    Part
        A box without a frame.

    Examples
    --------
    >>> str(unfolding("4 regions in figures", "<table></table>"))
    '<details class="more"><summary>4 regions in figures</summary><table></table></details>'
    """
    return Part(f'<details class="more"><summary>{escape(summary)}</summary>{table}</details>')


def foot(*lines: object) -> Part:
    """Foot of the page: definitions, date of the data, versions, hash of the input.

    Parameters
    ----------
    lines
        One paragraph each.

    Returns
    -------
    Part
        The page's footer.

    Examples
    --------
    >>> str(foot("spmkit 0.1"))
    '<footer><p>spmkit 0.1</p></footer>'
    """
    return Part(f"<footer>{''.join(f'<p>{inline([line])}</p>' for line in lines)}</footer>")
