"""The quotas of a period ahead, from the data of a company."""

from __future__ import annotations

import pandas as pd

from spmkit.calibration.company_facts import unknown_potential
from spmkit.calibration.expecting.ahead import Ahead, expected_ahead
from spmkit.calibration.expecting.backtest import Backtest, backtest
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.expecting.methods import methods
from spmkit.calibration.expecting.panel import quota_panel
from spmkit.calibration.expecting.scores import CALIBRATED, method_ahead, scored_lines
from spmkit.calibration.proposing.compared_quotas import last_quotas
from spmkit.calibration.proposing.policy import Policy
from spmkit.calibration.proposing.proposal import Proposal, propose
from spmkit.calibration.proposing.vacant_seats import vacant_territories, with_vacant
from spmkit.data import SalesData


def proposed(data: SalesData, period: str, goal: float, policy: Policy | None = None) -> Proposal:
    """Propose the quotas of a period ahead, those of vacant territories among them.

    Parameters
    ----------
    data
        An open source with quotas.
    period
        A period that is not over.
    goal
        Its plan.
    policy
        What the company has declared; None is a policy without rules.

    Raises
    ------
    DataError
        Where the past is too short, or the policy cannot hold.

    Examples
    --------
    >>> data = spm.open_data(spm.shipped("datasets") / "sample")
    >>> found = proposed(data, "2026Q4", 21e6)
    >>> round(float(found.seats["quota"].sum()), 2)
    21000000.0
    """
    panel = quota_panel(data, period)
    found = expected_ahead(panel, method_of(backtest_of(panel)))
    return proposal_of(data, panel, found, goal, policy or Policy())


def method_of(tested: Backtest | None) -> str:
    """The method for the next quotas; the calibrated one where nothing can be tested."""
    try:
        return CALIBRATED if tested is None else method_ahead(tested)
    except ValueError:
        return CALIBRATED


def backtest_of(panel: pd.DataFrame, name: str = "", between: int = 0) -> Backtest | None:
    """The back-test of a panel; None where the past is too short for one.

    Of all methods, or of one by its name; with so many periods between the last one that is known
    and the one whose quotas are set.
    """
    competing = [one for one in methods(panel) if one.name == name] if name else None
    try:
        found = backtest(panel, competing, between=between)
        scored_lines(found)
    except ValueError:
        return None
    return found


def proposal_of(
    data: SalesData, panel: pd.DataFrame, found: Ahead, goal: float, policy: Policy
) -> Proposal:
    """Propose quotas from what is expected of the last period of a panel."""
    ahead = str(panel["period"].iloc[-1])
    last = last_quotas(panel[panel["credited"].notna()], ahead, policy.compared_with)
    seats = found.expectation.seats.drop(columns="last_quota")
    seats = seats.assign(last_period=seats["rep_id"].map(last.set_index("rep_id")["last_period"]))
    partly = unknown_potential(data, ahead).set_index("rep_id")
    told = {f"potential_{name}": seats["rep_id"].map(partly[name]) for name in partly}
    seats = seats.assign(**told)
    vacant = vacant_territories(data, data.calendar.period(ahead))
    ready = with_vacant(
        Expectation(seats, found.expectation.errors, found.expectation.periods), vacant
    )
    return propose(ready, goal, policy, last)
