"""The measured frames of a performance review: the whole, why, where, the trend, the deals."""

from spmkit.review.actions import ActionPlan, action_plan
from spmkit.review.explained import changed_lines
from spmkit.review.forecasts import bias_by_manager, forecast_calls, forecast_standing
from spmkit.review.frames import by_group, largest_credits, trend
from spmkit.review.growth import QUESTIONS, strengths_and_areas
from spmkit.review.incentives import inversions, paid_lines, pay_by_region
from spmkit.review.movement import movement
from spmkit.review.opening import (
    CONVERSION,
    STANDING,
    Periods,
    Review,
    conversion,
    open_review,
    over_assignment,
    review_periods,
    standing,
)
from spmkit.review.peers import FEWEST_PEERS, peer_quartiles, peers_of
from spmkit.review.person import (
    Person,
    closings_of,
    credits_of,
    open_person,
    quarters,
    year_so_far,
)
from spmkit.review.pipeline import coverage_ahead, pipeline_steps, slippage
from spmkit.review.products import product_mix, product_values
from spmkit.review.proposals import LEVERS, proposed_actions
from spmkit.review.scorecard import SCORES, judged, scorecard
from spmkit.review.team import Team, leaders, open_team
from spmkit.review.time_mix import SHARES, time_mix
from spmkit.review.timelines import biggest_deals, deal_stages
from spmkit.review.where import Breakdown, breakdown, drawn_parts, product_change
from spmkit.review.why import credit_bridge, credit_drivers

__all__ = [
    "CONVERSION",
    "FEWEST_PEERS",
    "LEVERS",
    "QUESTIONS",
    "SCORES",
    "SHARES",
    "STANDING",
    "ActionPlan",
    "Breakdown",
    "Periods",
    "Person",
    "Review",
    "Team",
    "action_plan",
    "bias_by_manager",
    "biggest_deals",
    "breakdown",
    "by_group",
    "changed_lines",
    "closings_of",
    "conversion",
    "coverage_ahead",
    "credit_bridge",
    "credit_drivers",
    "credits_of",
    "deal_stages",
    "drawn_parts",
    "forecast_calls",
    "forecast_standing",
    "inversions",
    "judged",
    "largest_credits",
    "leaders",
    "movement",
    "open_person",
    "open_review",
    "open_team",
    "over_assignment",
    "paid_lines",
    "pay_by_region",
    "peer_quartiles",
    "peers_of",
    "pipeline_steps",
    "product_change",
    "product_mix",
    "product_values",
    "proposed_actions",
    "quarters",
    "review_periods",
    "scorecard",
    "slippage",
    "standing",
    "strengths_and_areas",
    "time_mix",
    "trend",
    "year_so_far",
]
