"""The end of a diagnosis's page: what it does not show, and how its numbers are defined."""

from __future__ import annotations

from collections.abc import Mapping

from spmkit.diagnostics import Diagnosis
from spmkit.diagnostics.productivity import HEADLINE
from spmkit.metrics.opportunities import decided_win_rate, sales_cycle, win_rate
from spmkit.reports import page
from spmkit.reports.review_parts.closing import data_foot, row_sums

DEFINED = (*HEADLINE, win_rate, decided_win_rate, sales_cycle)

LIMITS = (
    "What goes with what is not yet what causes what: busy reps have more pipeline because they "
    "are busy, and are busy because they have more pipeline. Only a program that some had and "
    "others did not, at random or in waves, tells an effect.",
    "What was not logged was not seen: hours and touches are those in the system, and a team that "
    "logs less looks as if it did less.",
    "Gains of several changes do not add up, since they meet in the same deals: the sum of the "
    "sizes on this page is shared out among them.",
)
"""What the numbers of the page do not carry."""


def limits_part() -> page.Part:
    """What the page does not show."""
    return page.Part("".join(page.note(text) for text in LIMITS))


def diagnosis_foot(diagnosis: Diagnosis, parameters: Mapping[str, object]) -> page.Part:
    """The foot: definitions, rules, the sum of rows and amounts, parameters, input, version."""
    return data_foot(diagnosis.data, parameters, DEFINED, row_sums(diagnosis.data))
