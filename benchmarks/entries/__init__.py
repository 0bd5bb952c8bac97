"""What is measured of the catalogue: its lines, and every metric over them in one call."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.entries.activities import ACTIVITIES
from benchmarks.entries.entry import Entry
from benchmarks.entries.not_by_hand import NOT_BY_HAND
from benchmarks.entries.opportunities import OPPORTUNITIES
from benchmarks.entries.people import PEOPLE
from benchmarks.entries.pipeline import PIPELINE
from benchmarks.entries.quotas import QUOTAS
from benchmarks.entries.stages import STAGES
from benchmarks.entries.territories import TERRITORIES

__all__ = ["ENTRIES", "NOT_BY_HAND", "Entry"]

ENTRIES: Mapping[str, Entry] = {
    **OPPORTUNITIES,
    **STAGES,
    **PIPELINE,
    **ACTIVITIES,
    **QUOTAS,
    **PEOPLE,
    **TERRITORIES,
}
