"""Stages: how far opportunities get, and how long they stay."""

from __future__ import annotations

from collections.abc import Mapping

import spmkit as spm
from benchmarks.entries.entry import Entry, over, table

STAGES: Mapping[str, Entry] = {
    "stage_conversion": over(
        spm.stage_visits,
        "stage",
        *(spm.stage_conversion, spm.decided_stage_conversion),
        *(spm.stage_decided_share, spm.milestone_conversion),
    ),
    "stage_transitions": table(spm.stage_transitions, spm.stage_visits),
    "stage_duration": table(spm.stage_duration, spm.stage_visits),
    "total_stage_duration": table(
        spm.total_stage_duration, lambda data: spm.stage_times(spm.stage_visits(data))
    ),
    "ageing": over(spm.ageing_lines, "stage", spm.deal_ageing, spm.overaged_share),
}
