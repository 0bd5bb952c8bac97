"""What lies in each territory, and who works there."""

from spmkit.metrics.territories.lines import territory_lines
from spmkit.metrics.territories.owners import account_owners, territory_deals
from spmkit.metrics.territories.potential import (
    account_overlap,
    out_of_territory_share,
    penetration,
    territory_potential,
)

__all__ = [
    "account_overlap",
    "account_owners",
    "out_of_territory_share",
    "penetration",
    "territory_deals",
    "territory_lines",
    "territory_potential",
]
