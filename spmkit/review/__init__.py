"""The measured frames of a performance review: the whole, why, where, the trend, the deals."""

from spmkit.review.actions import ActionPlan, action_plan
from spmkit.review.chance import Chance, chance, record
from spmkit.review.closings import CONVERSION, conversion
from spmkit.review.course import Course, open_course
from spmkit.review.coverage_ahead import coverage_ahead, coverage_by_rep
from spmkit.review.explained import changed_lines
from spmkit.review.forecasts import bias_by_manager, forecast_calls, forecast_standing
from spmkit.review.frames import by_group, largest_credits, trend
from spmkit.review.growth import QUESTIONS, strengths_and_areas
from spmkit.review.incentives import inversions, paid_lines, pay_by_region
from spmkit.review.movement import movement
from spmkit.review.opening import (
    STANDING,
    Periods,
    Review,
    open_review,
    over_assignment,
    review_periods,
    standing,
)
from spmkit.review.outlook import Outlook, fan, outlook
from spmkit.review.pace import horizons, year_so_far
from spmkit.review.panels import LEVERS
from spmkit.review.peers import FEWEST_PEERS, peer_quartiles, peers_of
from spmkit.review.person import (
    Person,
    closings_of,
    credits_of,
    open_person,
    quarters,
)
from spmkit.review.pipeline import pipeline_steps, slippage
from spmkit.review.places import FURTHEST, peer_places, placed
from spmkit.review.products import product_mix, product_values
from spmkit.review.proposals import proposed_actions
from spmkit.review.quota_rows import quota_rows
from spmkit.review.required import Required, required
from spmkit.review.retention import customers_kept, kept_for_a_year
from spmkit.review.scorecard import SCORES, judged, scorecard
from spmkit.review.team import Team, leaders, open_team, reps_today
from spmkit.review.time_mix import SHARES, time_mix
from spmkit.review.timelines import biggest_deals, deal_stages
from spmkit.review.where import Breakdown, breakdown, drawn_parts, product_change
from spmkit.review.why import credit_bridge, credit_drivers
from spmkit.review.win_loss import KINDS, LEAST_CLOSED, MEASURES, WinsAndLosses, wins_and_losses

__all__ = [
    "CONVERSION",
    "FEWEST_PEERS",
    "FURTHEST",
    "KINDS",
    "LEAST_CLOSED",
    "LEVERS",
    "MEASURES",
    "QUESTIONS",
    "SCORES",
    "SHARES",
    "STANDING",
    "ActionPlan",
    "Breakdown",
    "Chance",
    "Course",
    "Outlook",
    "Periods",
    "Person",
    "Required",
    "Review",
    "Team",
    "WinsAndLosses",
    "action_plan",
    "bias_by_manager",
    "biggest_deals",
    "breakdown",
    "by_group",
    "chance",
    "changed_lines",
    "closings_of",
    "conversion",
    "coverage_ahead",
    "coverage_by_rep",
    "credit_bridge",
    "credit_drivers",
    "credits_of",
    "customers_kept",
    "deal_stages",
    "drawn_parts",
    "fan",
    "forecast_calls",
    "forecast_standing",
    "horizons",
    "inversions",
    "judged",
    "kept_for_a_year",
    "largest_credits",
    "leaders",
    "movement",
    "open_course",
    "open_person",
    "open_review",
    "open_team",
    "outlook",
    "over_assignment",
    "paid_lines",
    "pay_by_region",
    "peer_places",
    "peer_quartiles",
    "peers_of",
    "pipeline_steps",
    "placed",
    "product_change",
    "product_mix",
    "product_values",
    "proposed_actions",
    "quarters",
    "quota_rows",
    "record",
    "reps_today",
    "required",
    "review_periods",
    "scorecard",
    "slippage",
    "standing",
    "strengths_and_areas",
    "time_mix",
    "trend",
    "wins_and_losses",
    "year_so_far",
]
