"""The parts of a quota calibration's page, each made from a study."""

from spmkit.reports.calibration_parts.answer import (
    calibration_answer,
    calibration_masthead,
    five_answers,
)
from spmkit.reports.calibration_parts.changed import adjustment_parts, running_parts
from spmkit.reports.calibration_parts.closing import calibration_foot, limits_part
from spmkit.reports.calibration_parts.competed import (
    error_chart,
    reliability_chart,
    scores_table,
    skill_chart,
)
from spmkit.reports.calibration_parts.explained import (
    buckets_chart,
    causes_table,
    followed_chart,
    policy_chart,
    slow_down_chart,
)
from spmkit.reports.calibration_parts.judged import (
    fairness_parts,
    fairness_table,
    potential_chart,
    ratchet_chart,
    shape_parts,
    verdict_table,
)
from spmkit.reports.calibration_parts.money import (
    cost_parts,
    curve_chart,
    scenario_parts,
    swing_chart,
)
from spmkit.reports.calibration_parts.proposed import (
    proposal_parts,
    rationale_parts,
    reconciliation_parts,
)
from spmkit.reports.calibration_parts.skilled import skill_parts

__all__ = [
    "adjustment_parts",
    "buckets_chart",
    "calibration_answer",
    "calibration_foot",
    "calibration_masthead",
    "causes_table",
    "cost_parts",
    "curve_chart",
    "error_chart",
    "fairness_parts",
    "fairness_table",
    "five_answers",
    "followed_chart",
    "limits_part",
    "policy_chart",
    "potential_chart",
    "proposal_parts",
    "ratchet_chart",
    "rationale_parts",
    "reconciliation_parts",
    "reliability_chart",
    "running_parts",
    "scenario_parts",
    "scores_table",
    "shape_parts",
    "skill_chart",
    "skill_parts",
    "slow_down_chart",
    "swing_chart",
    "verdict_table",
]
