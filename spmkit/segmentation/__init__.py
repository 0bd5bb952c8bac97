"""Reps, accounts and territories put into bands, tiers and groups."""

from spmkit.segmentation.accounts import account_orders, account_tier, accounts_by_value
from spmkit.segmentation.archetypes import Archetypes, archetypes
from spmkit.segmentation.bands import (
    BANDS,
    attainment_band,
    attainment_bins,
    attainment_ranks,
    credit_concentration,
    rep_attainments,
)
from spmkit.segmentation.effort import effort_outcome, skill_will
from spmkit.segmentation.rfm import rfm_scores
from spmkit.segmentation.row_bands import band_of, size_band, tenure_band
from spmkit.segmentation.territory import balance_index, shrunken_penetration, territory_balance
from spmkit.segmentation.tiers import performance_tier

__all__ = [
    "BANDS",
    "Archetypes",
    "account_orders",
    "account_tier",
    "accounts_by_value",
    "archetypes",
    "attainment_band",
    "attainment_bins",
    "attainment_ranks",
    "balance_index",
    "band_of",
    "credit_concentration",
    "effort_outcome",
    "performance_tier",
    "rep_attainments",
    "rfm_scores",
    "shrunken_penetration",
    "size_band",
    "skill_will",
    "tenure_band",
    "territory_balance",
]
