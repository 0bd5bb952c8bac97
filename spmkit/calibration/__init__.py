"""Quota calibration: whether quotas were any good, and what the next ones should be."""

from spmkit.calibration.expecting.ahead import expected_ahead
from spmkit.calibration.expecting.backtest import backtest
from spmkit.calibration.expecting.panel import quota_panel
from spmkit.calibration.expecting.scores import method_scores
from spmkit.calibration.fairness.fairness_lines import FairnessEvidence
from spmkit.calibration.fairness.ratchet import luck_penalty
from spmkit.calibration.fairness.ratchet import ratchet as ratchet_slopes
from spmkit.calibration.fairness.tests_of_fairness import fairness_tests
from spmkit.calibration.opening import open_study
from spmkit.calibration.proposed import proposed
from spmkit.calibration.proposing.adjustment_scores import score_adjustments
from spmkit.calibration.proposing.arithmetic import implied_coverage, implied_participation
from spmkit.calibration.proposing.consistency import policy_consistency
from spmkit.calibration.proposing.policy import Criteria, Policy, read_policy
from spmkit.calibration.proposing.proposal import Proposal, propose
from spmkit.calibration.proposing.rationale import rationale
from spmkit.calibration.study import Study
from spmkit.calibration.verdict import verdict

__all__ = [
    "Criteria",
    "FairnessEvidence",
    "Policy",
    "Proposal",
    "Study",
    "backtest",
    "expected_ahead",
    "fairness_tests",
    "implied_coverage",
    "implied_participation",
    "luck_penalty",
    "method_scores",
    "open_study",
    "policy_consistency",
    "propose",
    "proposed",
    "quota_panel",
    "ratchet_slopes",
    "rationale",
    "read_policy",
    "score_adjustments",
    "verdict",
]
