"""The metrics of the field, a module a subject, and the lines that they read."""

from spmkit.metrics.account_owners import (
    account_owners,
    territory_deals,
)
from spmkit.metrics.account_touches import (
    account_coverage,
    account_touches,
    newly_touched_accounts,
)
from spmkit.metrics.activity import (
    admin_time_share,
    meeting_hold_rate,
    meetings_per_rep_week,
    prospecting_time_share,
    selling_time_share,
)
from spmkit.metrics.activity_lines import (
    activity_lines,
)
from spmkit.metrics.activity_returns import (
    activity_panel,
    activity_return,
)
from spmkit.metrics.attrition import (
    annual_attrition_rate,
    attrition_interval,
    attrition_rate,
    involuntary_attrition_rate,
    transfer_rate,
    unexplained_attrition_rate,
    voluntary_attrition_rate,
)
from spmkit.metrics.capacity import capacity_lines, ramped_capacity
from spmkit.metrics.changes import (
    pipeline_changes,
    pipeline_waterfall,
)
from spmkit.metrics.coaching import coaching_coverage, coaching_lines
from spmkit.metrics.concentration import (
    credit_gini,
    customer_concentration,
    effective_reps,
    top_decile_share,
)
from spmkit.metrics.conversion import (
    cohort_closed_rate,
    cohort_win_rate,
    decided_win_rate,
    hygiene_win_rate,
    sales_cycle,
    sales_cycle_mean,
    value_win_rate,
    win_rate,
)
from spmkit.metrics.customers import (
    customer_lines,
)
from spmkit.metrics.deal_touches import (
    deal_touches,
    untouched_open_deals,
    untouched_open_share,
)
from spmkit.metrics.departures import (
    DepartureAssumptions,
    departure_cost,
    departure_lines,
    total_departure_cost,
)
from spmkit.metrics.disputes import (
    dispute_age,
    dispute_rate,
    upheld_dispute_rate,
)
from spmkit.metrics.first_deal import first_deal_lines, time_to_first_deal
from spmkit.metrics.forecast_outcomes import (
    slippage_lines,
)
from spmkit.metrics.headcount import (
    headcount_lines,
)
from spmkit.metrics.incentives import (
    compensation_cost_of_sales,
    credit_inflation,
    effective_commission_rate,
    median_on_target_earnings,
    on_target_earnings,
    pay_mix,
    target_commission_rate,
)
from spmkit.metrics.margin_lines import (
    margin_lines,
)
from spmkit.metrics.opportunities import opportunity_lines
from spmkit.metrics.pay_fit import (
    pay_inversions,
    pay_leverage,
    pay_performance,
)
from spmkit.metrics.people import attrition_lines
from spmkit.metrics.pipeline import (
    commit_hit_rate,
    forecast_loss_rate,
    pipeline_coverage,
    push_count,
    slippage_count_rate,
    slippage_rate,
    total_pipeline_coverage,
    weighted_pipeline,
)
from spmkit.metrics.pricing import (
    discount,
    price_realisation,
)
from spmkit.metrics.probabilities import (
    stage_win_shares,
    weighted_lines,
)
from spmkit.metrics.productivity import (
    average_deal_size,
    bookings_per_productive_rep,
    bookings_per_ramped_fte,
    bookings_per_rep,
    bookings_per_selling_hour,
    productive_rep_share,
    productivity_of_pay,
    productivity_of_variable_pay,
)
from spmkit.metrics.productivity_lines import (
    productivity_lines,
)
from spmkit.metrics.pushes import (
    push_lines,
)
from spmkit.metrics.ramp import (
    new_hire_failure,
    new_hire_lines,
    ramp_lines,
    ramp_time,
    ramped_level,
)
from spmkit.metrics.ramp_months import ramp_progress
from spmkit.metrics.regret import regretted_attrition, regretted_lines
from spmkit.metrics.snapshots import (
    pipeline_snapshot,
)
from spmkit.metrics.tenure import LEAVE_KINDS, median_tenure, rep_tenure
from spmkit.metrics.territory import (
    account_overlap,
    out_of_territory_share,
    penetration,
    territory_potential,
)
from spmkit.metrics.territory_lines import (
    territory_lines,
)
from spmkit.metrics.vacancies import (
    territory_vacancies,
    vacancy_rate,
    vacancy_spells,
    vacant_territory_days,
)
from spmkit.metrics.velocity import (
    pipeline_created,
    pipeline_velocity,
    self_sourced_pipeline,
)
from spmkit.metrics.win_curves import (
    median_time_to_close,
    win_curve,
)
from spmkit.metrics.yields import (
    activity_yield,
    yield_lines,
)

__all__ = [
    "LEAVE_KINDS",
    "DepartureAssumptions",
    "account_coverage",
    "account_overlap",
    "account_owners",
    "account_touches",
    "activity_lines",
    "activity_panel",
    "activity_return",
    "activity_yield",
    "admin_time_share",
    "annual_attrition_rate",
    "attrition_interval",
    "attrition_lines",
    "attrition_rate",
    "average_deal_size",
    "bookings_per_productive_rep",
    "bookings_per_ramped_fte",
    "bookings_per_rep",
    "bookings_per_selling_hour",
    "capacity_lines",
    "coaching_coverage",
    "coaching_lines",
    "cohort_closed_rate",
    "cohort_win_rate",
    "commit_hit_rate",
    "compensation_cost_of_sales",
    "credit_gini",
    "credit_inflation",
    "customer_concentration",
    "customer_lines",
    "deal_touches",
    "decided_win_rate",
    "departure_cost",
    "departure_lines",
    "discount",
    "dispute_age",
    "dispute_rate",
    "effective_commission_rate",
    "effective_reps",
    "first_deal_lines",
    "forecast_loss_rate",
    "headcount_lines",
    "hygiene_win_rate",
    "involuntary_attrition_rate",
    "margin_lines",
    "median_on_target_earnings",
    "median_tenure",
    "median_time_to_close",
    "meeting_hold_rate",
    "meetings_per_rep_week",
    "new_hire_failure",
    "new_hire_lines",
    "newly_touched_accounts",
    "on_target_earnings",
    "opportunity_lines",
    "out_of_territory_share",
    "pay_inversions",
    "pay_leverage",
    "pay_mix",
    "pay_performance",
    "penetration",
    "pipeline_changes",
    "pipeline_coverage",
    "pipeline_created",
    "pipeline_snapshot",
    "pipeline_velocity",
    "pipeline_waterfall",
    "price_realisation",
    "productive_rep_share",
    "productivity_lines",
    "productivity_of_pay",
    "productivity_of_variable_pay",
    "prospecting_time_share",
    "push_count",
    "push_lines",
    "ramp_lines",
    "ramp_progress",
    "ramp_time",
    "ramped_capacity",
    "ramped_level",
    "regretted_attrition",
    "regretted_lines",
    "rep_tenure",
    "sales_cycle",
    "sales_cycle_mean",
    "self_sourced_pipeline",
    "selling_time_share",
    "slippage_count_rate",
    "slippage_lines",
    "slippage_rate",
    "stage_win_shares",
    "target_commission_rate",
    "territory_deals",
    "territory_lines",
    "territory_potential",
    "territory_vacancies",
    "time_to_first_deal",
    "top_decile_share",
    "total_departure_cost",
    "total_pipeline_coverage",
    "transfer_rate",
    "unexplained_attrition_rate",
    "untouched_open_deals",
    "untouched_open_share",
    "upheld_dispute_rate",
    "vacancy_rate",
    "vacancy_spells",
    "vacant_territory_days",
    "value_win_rate",
    "voluntary_attrition_rate",
    "weighted_lines",
    "weighted_pipeline",
    "win_curve",
    "win_rate",
    "yield_lines",
]
