"""Territories and accounts: what they hold, who holds them, and how even they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import spmkit as spm
from benchmarks.entries.entry import QUARTER, YEAR, Entry, over, table


def _territories(data: spm.SalesData) -> Any:
    return spm.territory_lines(data, QUARTER)


def _accounts(data: spm.SalesData) -> Any:
    return spm.accounts_by_value(data, YEAR)


TERRITORIES: Mapping[str, Entry] = {
    "territories": table(spm.balance_index, _territories),
    "territory_balance": table(
        spm.territory_balance, lambda data: spm.balance_index(_territories(data))
    ),
    "penetration": over(_territories, "territory_id", spm.territory_potential, spm.penetration),
    "account_tiers": table(spm.account_tier, _accounts),
    "account_sizes": table(
        spm.size_band, _accounts, column="potential", edges=(50_000, 100_000, 200_000)
    ),
    "account_owners": over(
        lambda data: spm.account_owners(data, QUARTER), None, spm.account_overlap
    ),
    "territory_deals": over(
        lambda data: spm.territory_deals(data, QUARTER), None, spm.out_of_territory_share
    ),
}
