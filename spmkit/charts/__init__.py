"""Charts: measured frames in, Altair charts out; nothing is computed here."""

from spmkit.charts.activity_return import lag_curves, return_dots
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
from spmkit.charts.drivers import driver_dots
from spmkit.charts.early_warnings import warning_precision
from spmkit.charts.effects import effect_intervals
from spmkit.charts.effort import effort_scatter
from spmkit.charts.fan import quota_fan
from spmkit.charts.followed import attainment_followed
from spmkit.charts.funnel import funnel_bars, incidence_lines, interval_dots, transition_tiles
from spmkit.charts.given import quota_potential_points, ratchet_points
from spmkit.charts.leads import response_lines
from spmkit.charts.methods import error_lines, payout_curve, reliability_points
from spmkit.charts.months import quota_heatmap
from spmkit.charts.movement import movement_dumbbells
from spmkit.charts.peers import peer_dots
from spmkit.charts.person import stage_ways
from spmkit.charts.policy import policy_curve
from spmkit.charts.productivity import productivity_bars
from spmkit.charts.programs import program_course
from spmkit.charts.quotas import quota_dumbbells, swing_bars
from spmkit.charts.ramping import ramp_curves, ramp_fan
from spmkit.charts.sizing import leak_intervals
from spmkit.charts.theme import use_theme
from spmkit.charts.time_use import time_bars
from spmkit.charts.trend import attainment_trend, credited_trend
from spmkit.charts.winning import rep_funnel

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
    "driver_dots",
    "effect_intervals",
    "effort_scatter",
    "error_lines",
    "funnel_bars",
    "incidence_lines",
    "interval_dots",
    "lag_curves",
    "leak_intervals",
    "money_waterfall",
    "movement_dumbbells",
    "payout_curve",
    "peer_dots",
    "policy_curve",
    "productivity_bars",
    "program_course",
    "quota_dumbbells",
    "quota_fan",
    "quota_heatmap",
    "quota_potential_points",
    "ramp_curves",
    "ramp_fan",
    "ratchet_points",
    "reliability_points",
    "rep_funnel",
    "response_lines",
    "return_dots",
    "stage_ways",
    "swing_bars",
    "time_bars",
    "transition_tiles",
    "use_theme",
    "warning_precision",
]
