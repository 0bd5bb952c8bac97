"""The answer first: where time goes, where deals and leads wait, what differs, what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from spmkit import tables
from spmkit.data import DataError
from spmkit.diagnostics import (
    Diagnosis,
    program_effects,
    recoverable_hours,
    sizing,
)
from spmkit.diagnostics.funnel import stage_latency
from spmkit.diagnostics.leads import response_times
from spmkit.diagnostics.time_use import time_dimensions
from spmkit.narrative.funnel import latency_title
from spmkit.narrative.leads import response_title
from spmkit.narrative.programs import program_title
from spmkit.narrative.sizing import leak_answer_over
from spmkit.narrative.time_use import time_title
from spmkit.reports import page
from spmkit.reports.diagnostics_parts.productivity import headline_title
from spmkit.reports.diagnostics_parts.sizing import leak_span

_WIN_RATE = "win_rate"


def diagnosis_answer(diagnosis: Diagnosis) -> page.Part:
    """What a rep brings in, in one sentence, and below it one answer to each question."""
    lead = page.lead(f"{_said(headline_title, diagnosis)}.")
    rows = [(question, f"{_said(way, diagnosis)}.") for question, way in _QUESTIONS.items()]
    shown = pd.DataFrame(rows, columns=["question", "answer"])
    table = tables.unit_table(shown, {}, "", {"question": "Asked", "answer": "What the data say"})
    return page.Part(lead + table.as_raw_html())


def _said(way: Callable[[Diagnosis], str], diagnosis: Diagnosis) -> str:
    """An answer; in its place the reason where a table is missing."""
    try:
        return way(diagnosis).rstrip(".")
    except DataError as error:
        return str(error).rstrip(".")


def _time(diagnosis: Diagnosis) -> str:
    noun = (time_dimensions(diagnosis) or ["region"])[0]
    return time_title(recoverable_hours(diagnosis, noun), noun)


def _stages(diagnosis: Diagnosis) -> str:
    return latency_title(diagnosis.found(stage_latency))


def _leads(diagnosis: Diagnosis) -> str:
    return response_title(diagnosis.found(response_times))


def _programs(diagnosis: Diagnosis) -> str:
    found = diagnosis.found(program_effects)
    rows = found[found["metric"] == _WIN_RATE].to_dict("records")
    return "; ".join(program_title(row) for row in rows) or "No program is known"


def _worth(diagnosis: Diagnosis) -> str:
    return leak_answer_over(diagnosis.found(sizing), leak_span(diagnosis))


_QUESTIONS: Mapping[str, Callable[[Diagnosis], str]] = {
    "Where does the time go?": _time,
    "Where do deals wait?": _stages,
    "Which leads wait?": _leads,
    "Do those in a program do better?": _programs,
    "Where is most to be had?": _worth,
}
