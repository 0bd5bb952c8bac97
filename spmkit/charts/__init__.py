"""Charts: measured frames in, Altair charts out; nothing is computed here."""

from spmkit.charts.attainment import (
    attainment_bullets,
    attainment_curve,
    attainment_histogram,
)
from spmkit.charts.bias import bias_dots
from spmkit.charts.boxes import attainment_boxes
from spmkit.charts.bridge import money_waterfall
from spmkit.charts.concentration import concentration_curve, credit_bars, credited_bars
from spmkit.charts.contribution import contribution_bars
from spmkit.charts.effects import effect_intervals
from spmkit.charts.fan import quota_fan
from spmkit.charts.followed import attainment_followed
from spmkit.charts.given import quota_potential_points, ratchet_points
from spmkit.charts.methods import error_lines, payout_curve, reliability_points
from spmkit.charts.months import quota_heatmap
from spmkit.charts.movement import movement_dumbbells
from spmkit.charts.peers import peer_dots
from spmkit.charts.person import stage_ways
from spmkit.charts.policy import policy_curve
from spmkit.charts.quotas import quota_dumbbells, swing_bars
from spmkit.charts.theme import use_theme
from spmkit.charts.trend import attainment_trend, credited_trend

__all__ = [
    "attainment_boxes",
    "attainment_bullets",
    "attainment_curve",
    "attainment_followed",
    "attainment_histogram",
    "attainment_trend",
    "bias_dots",
    "concentration_curve",
    "contribution_bars",
    "credit_bars",
    "credited_bars",
    "credited_trend",
    "effect_intervals",
    "error_lines",
    "money_waterfall",
    "movement_dumbbells",
    "payout_curve",
    "peer_dots",
    "policy_curve",
    "quota_dumbbells",
    "quota_fan",
    "quota_heatmap",
    "quota_potential_points",
    "ratchet_points",
    "reliability_points",
    "stage_ways",
    "swing_bars",
    "use_theme",
]
