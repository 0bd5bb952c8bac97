"""One page each: a report for every manager, rep or region, and an index of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from spmkit.reports.catalogue import find_report, reports
from spmkit.reports.naming import slug
from spmkit.reports.run import (
    PageAlone,
    Progress,
    ReportError,
    checked_folder,
    located,
    run_report,
)

Audience: TypeAlias = Literal["vp", "manager", "rep"]
Each: TypeAlias = Literal["manager", "rep", "region"]

_NOTEBOOKS: Mapping[str, str] = {
    "vp": "",
    "manager": "_manager",
    "region": "_manager",
    "rep": "_rep",
}


@dataclass(frozen=True)
class Recipient:
    """Whom a page is for: the value of the report's parameter, and the name that people know."""

    value: str
    name: str


@dataclass(frozen=True)
class Outcome:
    """What became of one recipient's page: its path, and what is not there and why."""

    recipient: Recipient
    page: Path | None
    reason: str = ""


def report_for(name: str, audience: str) -> str:
    """Name of the report for an audience: each has a notebook of its own.

    Raises
    ------
    ValueError
        If the report has none for this audience.

    Examples
    --------
    >>> report_for("quarterly_review", "vp"), report_for("quarterly_review", "rep")
    ('quarterly_review', 'quarterly_review_rep')
    """
    wanted = name + _NOTEBOOKS[audience]
    known = [report.name for report in reports()]
    if wanted not in known and name in known:
        able = [other for other in known if other + _NOTEBOOKS[audience] in known]
        raise ValueError(
            f"{name} is one page of the whole company and has none for a {audience}: leave out "
            f"--for-each and --audience. Reports that have such pages: {', '.join(able)}."
        )
    find_report(wanted)
    return wanted  # not the report's own name: a notebook may be given by its path


def recipients(data: str | Path, each: Each, period: str | None = None) -> list[Recipient]:
    """Everybody who gets a page, in the order of their names.

    Parameters
    ----------
    data
        File or folder of the data.
    each
        Managers with anybody below them in the period, reps with a quota or a credit in it, or
        regions.
    period
        A label; none for the last complete period.
    """
    from spmkit.data import open_data
    from spmkit.review import leaders, open_review

    opened = open_data(located(data))
    lines = open_review(opened, period).lines
    if each == "region":
        names = sorted(str(name) for name in lines["region"].dropna().unique())
        return [Recipient(name, name) for name in names]
    if each == "rep":
        people = lines.dropna(subset=["rep_id"]).drop_duplicates("rep_id")
        pairs = zip(people["rep_id"], people["rep"], strict=True)
    else:
        known = leaders(opened, lines)
        pairs = zip(known["leader_id"], known["leader"], strict=True)
    found = [Recipient(str(value), str(name)) for value, name in pairs]
    return sorted(found, key=lambda one: (one.name, one.value))


def run_for_each(  # noqa: PLR0913  (what a run is told)
    name: str,
    each: Each,
    to: str | Path,
    data: str | Path,
    period: str | None = None,
    *,
    timeout: float | None = None,
    progress: Progress | None = None,
    **parameters: object,
) -> Path:
    """Run a report once a recipient, each page in a folder of its own, and write an index.

    A recipient whose page fails is in the index with the reason; the others get theirs.

    Parameters
    ----------
    name
        A report, such as ``quarterly_review``.
    each
        Whom it is for: every ``manager``, ``rep`` or ``region``.
    to
        Folder for the folders and the index.
    data, period, timeout, parameters
        As for :func:`run_report`; the timeout is that of one page.
    progress
        Called with each recipient's name.

    Returns
    -------
    pathlib.Path
        The index, for whoever sends the pages: it names everybody.

    Raises
    ------
    ReportError
        If there is nobody to report to, or the folder cannot be written.
    """
    report = report_for(name, each)
    folder = checked_folder(to)
    asked = recipients(data, each, period)
    if not asked:
        raise ReportError(f"there is no {each} to report to")
    outcomes = []
    for one in asked:
        if progress:
            progress(one.name)
        own = folder / slug(f"{one.name} {one.value}" if one.name != one.value else one.name)
        told = {**parameters, **_told(each, one)}
        outcomes.append(_outcome(one, report, own, data, period, timeout, told))
    return write_index(folder, find_report(report).title, each, outcomes)


def _told(each: str, one: Recipient) -> dict[str, object]:
    return {"manager": "", "region": one.value} if each == "region" else {each: one.value}


def _outcome(  # noqa: PLR0913, PLR0917  (what a run is told)
    one: Recipient,
    report: str,
    folder: Path,
    data: str | Path,
    period: str | None,
    timeout: float | None,
    told: Mapping[str, Any],
) -> Outcome:
    try:
        return Outcome(one, run_report(report, folder, data, period, timeout=timeout, **told))
    except PageAlone as error:
        return Outcome(one, error.page, error.reason)
    except ReportError as error:
        return Outcome(one, None, str(error))


def write_index(folder: Path, title: str, each: str, outcomes: list[Outcome]) -> Path:
    """Write the page that leads to the pages."""
    import nbformat

    from spmkit.reports import lists, page
    from spmkit.reports.bundle import write_whole
    from spmkit.reports.html import render_page

    made = sum(outcome.page is not None for outcome in outcomes)
    head = page.masthead(f"{title} · pages by {each}", f"{made} of {len(outcomes)} pages")
    parts = [head, page.note(_WARNING), lists.links(*[_link(one, folder) for one in outcomes])]
    shown = [
        {"output_type": "display_data", "data": {"text/html": str(part)}, "metadata": {}}
        for part in parts
    ]
    cell: dict[str, Any] = {"cell_type": "code", "source": "", "metadata": {}, "outputs": shown}
    cell |= {"execution_count": None, "id": "0"}
    index = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"title": title}, "cells": [cell]}
    path = folder / "index.html"
    write_whole(path, render_page(nbformat.from_dict(index)))  # type: ignore[no-untyped-call]
    return path


_WARNING = "This index names everybody: it is for whoever sends the pages, not for their readers."


def _link(outcome: Outcome, folder: Path) -> tuple[str, str, str]:
    if outcome.page is None:
        return outcome.recipient.name, "", outcome.reason
    return outcome.recipient.name, outcome.page.relative_to(folder).as_posix(), outcome.reason
