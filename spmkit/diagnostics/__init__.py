"""Where the effort of a sales team goes, what it yields, and where deals are lost."""

from spmkit.diagnostics.activity_return_lags import lag_scan
from spmkit.diagnostics.activity_return_slopes import pooled_and_within
from spmkit.diagnostics.activity_return_yields import yield_by_type
from spmkit.diagnostics.drivers import driver_tree
from spmkit.diagnostics.drivers_leaks import team_leaks
from spmkit.diagnostics.early_warnings import judged_warnings
from spmkit.diagnostics.early_warnings_customers import feedback_and_churn, shrunken_scores
from spmkit.diagnostics.effort import effort_by_rep, effort_classes
from spmkit.diagnostics.effort_territories import territories_balanced
from spmkit.diagnostics.funnel import (
    funnel_cohorts,
    funnel_stages,
    funnel_transitions,
    stage_latency,
)
from spmkit.diagnostics.funnel_curve import win_curves, won_by_age
from spmkit.diagnostics.funnel_value import stage_leaks
from spmkit.diagnostics.hygiene import defects, hygiene_cost, tended_pipeline
from spmkit.diagnostics.leads import response_curves, response_times, source_yields
from spmkit.diagnostics.leads_score import score_bands, score_trend
from spmkit.diagnostics.leaving import (
    departure_inputs,
    leaving_by_tenure,
    leaving_cost,
    leaving_rates,
    vacancies,
)
from spmkit.diagnostics.leaving_capacity import capacity_ahead, capacity_steps
from spmkit.diagnostics.leaving_regretted import regretted_leavers
from spmkit.diagnostics.opening import Diagnosis, category_map, open_diagnosis
from spmkit.diagnostics.productivity import headline_productivity, productivity_trend
from spmkit.diagnostics.programs import program_course, program_effects
from spmkit.diagnostics.programs_coaching import coaching_cadence, due_reviews
from spmkit.diagnostics.ramping import hires, ramp_by_cohort, ramp_curve, ramp_fan
from spmkit.diagnostics.sizing import joint_worth, sizing
from spmkit.diagnostics.time_use import customer_time, time_by_group, time_by_rep
from spmkit.diagnostics.time_use_recoverable import recoverable_hours
from spmkit.diagnostics.winning import loss_reasons, win_rates_apart
from spmkit.diagnostics.winning_reps import expected_outside, rep_win_rates
from spmkit.diagnostics.winning_tests import homogeneity, kinds_apart

__all__ = [
    "Diagnosis",
    "capacity_ahead",
    "capacity_steps",
    "category_map",
    "coaching_cadence",
    "customer_time",
    "defects",
    "departure_inputs",
    "driver_tree",
    "due_reviews",
    "effort_by_rep",
    "effort_classes",
    "expected_outside",
    "feedback_and_churn",
    "funnel_cohorts",
    "funnel_stages",
    "funnel_transitions",
    "headline_productivity",
    "hires",
    "homogeneity",
    "hygiene_cost",
    "joint_worth",
    "judged_warnings",
    "kinds_apart",
    "lag_scan",
    "leaving_by_tenure",
    "leaving_cost",
    "leaving_rates",
    "loss_reasons",
    "open_diagnosis",
    "pooled_and_within",
    "productivity_trend",
    "program_course",
    "program_effects",
    "ramp_by_cohort",
    "ramp_curve",
    "ramp_fan",
    "recoverable_hours",
    "regretted_leavers",
    "rep_win_rates",
    "response_curves",
    "response_times",
    "score_bands",
    "score_trend",
    "shrunken_scores",
    "sizing",
    "source_yields",
    "stage_latency",
    "stage_leaks",
    "team_leaks",
    "tended_pipeline",
    "territories_balanced",
    "time_by_group",
    "time_by_rep",
    "vacancies",
    "win_curves",
    "win_rates_apart",
    "won_by_age",
    "yield_by_type",
]
