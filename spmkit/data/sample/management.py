"""What managers keep: forecasts, programs, plans of action, payouts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from spmkit.data.sample.columns import constant, dates, identifiers, labels, numbers
from spmkit.data.sample.company import AS_OF, FAR, Array
from spmkit.data.sample.credits import Totals
from spmkit.data.sample.people_tables import BASE, OTE, roles
from spmkit.data.sample.quotas import Quotas
from spmkit.data.sample.world import World

PROGRAMS = ("Discovery coaching", "Social selling toolkit")
PROGRAM_KINDS = ("coaching", "tool")
CALLS = 6  # a quarter, two weeks apart
GAPS = ("win_rate", "pipeline_coverage", "sales_cycle", "admin_time")
METRICS = ("win_rate", "pipeline_coverage", "sales_cycle", "admin_time_share")
ACTIONS = (
    "Review every proposal with the manager before it goes out",
    "Two prospecting blocks a week, kept free of meetings",
    "Agree the next step in writing after every meeting",
    "Move order entry to sales operations",
)
BASELINES = np.array([0.27, 2.1, 64.0, 0.31])
TARGETS = np.array([0.33, 3.0, 55.0, 0.20])
STATUSES = ("done", "open", "dropped")


def forecast_rows(world: World, quotas: Quotas, totals: Totals) -> pa.Table:
    """Make the rows of the table ``forecasts``: what reps committed to, with a bias of their own.

    Parameters
    ----------
    world
        The company's world.
    quotas
        Who has a quota makes calls.
    totals
        What came of it.

    Returns
    -------
    pyarrow.Table
        One row a call; calls come closer to the result as the quarter goes on.
    """
    rng = world.company.random(40)
    quarter, rep = np.nonzero(quotas.rep.T > 0)
    quarter, rep = np.repeat(quarter, CALLS), np.repeat(rep, CALLS)
    turn = np.tile(np.arange(CALLS), len(rep) // CALLS)
    on = world.starts[quarter] + 1 + 14 * turn
    people = world.people
    here = (on <= AS_OF) & (on >= people.hired[rep]) & (on <= people.left[rep])
    likely = np.where(quarter < world.company.quarters, totals.rep[rep, quarter], 0.0)
    likely = np.maximum(likely, 0.3 * quotas.rep[rep, quarter])
    left = 1 - turn / CALLS
    miss = people.forecast_bias[rep] * left + rng.normal(0, 0.30, len(rep)) * left
    return pa.table(
        {
            "as_of": dates(on[here]),
            "rep_id": labels(rep[here], world.rep_ids),
            "period_start": dates(world.starts[quarter[here]]),
            "category": constant("commit", int(here.sum())),
            "amount": numbers(np.round(likely * np.exp(miss) / 1000)[here] * 1000),
            "currency": constant("USD", int(here.sum())),
        }
    )


def program_rows(world: World) -> pa.Table:
    """Make the rows of the table ``programs``: one that works and one that does not.

    Parameters
    ----------
    world
        The company's world.

    Returns
    -------
    pyarrow.Table
        One row a person in a program.
    """
    people = world.people
    coached = np.flatnonzero(people.coached_from < FAR)
    equipped = np.flatnonzero(people.toolkit_from < FAR)
    rep = np.append(coached, equipped)
    which = np.repeat([0, 1], [len(coached), len(equipped)])
    start = np.append(people.coached_from[coached], people.toolkit_from[equipped])
    return pa.table(
        {
            "rep_id": labels(rep, world.rep_ids),
            "program": labels(which, PROGRAMS),
            "kind": labels(which, PROGRAM_KINDS),
            "starts_on": dates(start),
            "ends_on": dates(np.where(which == 0, start + 90, FAR)),
        }
    )


def action_rows(world: World, quotas: Quotas, totals: Totals) -> pa.Table:
    """Make the rows of the table ``actions``: plans for those who were furthest behind.

    Parameters
    ----------
    world
        The company's world.
    quotas
        What was asked.
    totals
        What was sold.

    Returns
    -------
    pyarrow.Table
        One row an action, agreed at the start of the last complete quarter.
    """
    rep = _behind(world, quotas, totals)
    which = np.arange(len(rep)) % len(GAPS)
    start, end = world.starts[world.company.quarters - 1 : world.company.quarters + 1]
    due = start + 30 + 5 * (np.arange(len(rep)) % 6)
    return pa.table(
        {
            "action_id": identifiers("P", np.arange(len(rep)), 4),
            "rep_id": labels(rep, world.rep_ids),
            "gap": labels(which, GAPS),
            "action": labels(which, ACTIONS),
            "owner": labels(_manager(world, rep), world.rep_ids),
            "due_on": dates(due),
            "metric": labels(which, METRICS),
            "baseline": numbers(BASELINES[which]),
            "target": numbers(TARGETS[which]),
            "review_on": dates(np.full(len(rep), end + 14)),
            "status": labels(np.arange(len(rep)) % 5 % 3, STATUSES),
        }
    )


def _behind(world: World, quotas: Quotas, totals: Totals) -> Array:
    """Choose the fifth of the present reps with the lowest attainment before the last quarter."""
    quarter = world.company.quarters - 2
    quota = quotas.rep[:, quarter]
    reached = totals.rep[:, quarter] / np.where(quota > 0, quota, np.inf)
    there = (quota > 0) & (world.people.left > AS_OF)
    order = np.argsort(np.where(there, reached, np.inf), kind="stable")
    return order[: max(8, world.company.reps // 5)]


def _manager(world: World, rep: Array) -> Array:
    """Find the manager at the export's day; a manager's plan is owned by the vice president."""
    now = np.full(len(world.people.hired), 0)
    held = (world.spells.end > AS_OF) & (world.spells.rep >= world.people.first_rep)
    now[world.spells.rep[held]] = 1 + world.team[world.spells.seat[held]]
    return now[rep]


def payout_rows(world: World, quotas: Quotas, totals: Totals) -> pa.Table:
    """Make the rows of the table ``payouts``: nothing below half, double above quota.

    Parameters
    ----------
    world
        The company's world.
    quotas
        What was asked.
    totals
        What was sold.

    Returns
    -------
    pyarrow.Table
        One row a person and complete quarter.
    """
    quota = quotas.rep[:, : world.company.quarters]
    quarter, rep = np.nonzero(quota.T > 0)
    reached = totals.rep[rep, quarter] / quota[rep, quarter]
    role = roles(world)[rep]
    pay = np.where(reached < 0.5, 0.0, reached + np.maximum(reached - 1, 0))
    variable = OTE[role] * (1 - BASE[role]) / 4
    return pa.table(
        {
            "rep_id": labels(rep, world.rep_ids),
            "period_start": dates(world.starts[quarter]),
            "component": constant("commission", len(rep)),
            "amount": numbers(np.round(np.minimum(pay, 3.0) * variable, 2)),
            "currency": constant("USD", len(rep)),
        }
    )
