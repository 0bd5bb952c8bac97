"""What is true of the sample company and what is planted in it, as no real export tells."""

from __future__ import annotations

from typing import Any

import numpy as np

from spmkit.data.sample import company as planted
from spmkit.data.sample.company import FAR, Array
from spmkit.data.sample.defects import UNKNOWN, Defects
from spmkit.data.sample.management import PROGRAMS
from spmkit.data.sample.words import REGIONS, SOURCES, STAGES
from spmkit.data.sample.world import World


def truth(world: World, defects: Defects) -> dict[str, Any]:
    """Tell what an estimator should find.

    Parameters
    ----------
    world
        The company's world.
    defects
        Opportunities that were spoilt.

    Returns
    -------
    dict
        Ready for JSON: planted effects, territories, people, defects.
    """
    company = world.company
    return {
        "company": {"reps": company.reps, "quarters": company.quarters, "seed": company.seed},
        "planted": _planted(world),
        "territories": _territories(world),
        "reps": _reps(world),
        "defects": defects | {"unknown_reps": list(UNKNOWN)},
    }


def _planted(world: World) -> dict[str, Any]:
    """List the planted effects with their sizes."""
    managers = world.people.managers
    return {
        "ratchet": _ratchet(world),
        "unfair_region": _named(REGIONS[planted.UNFAIR_REGION], world.company.unfair_factor),
        "admin_region": _named(REGIONS[planted.ADMIN_REGION], planted.ADMIN_SHARE),
        "slow_response_source": SOURCES[planted.SLOW_SOURCE],
        "bottleneck_stage": STAGES[planted.BOTTLENECK_STAGE],
        "last_quarter_shock": planted.LAST_QUARTER_SHOCK,
        "potential_elasticity": planted.POTENTIAL_ELASTICITY,
        "sales_growth": planted.SALES_GROWTH,
        "program_that_works": {"program": PROGRAMS[0], "log_odds": planted.COACHING_EFFECT},
        "program_that_does_not": PROGRAMS[1],
        "engagement_log_odds": planted.ENGAGEMENT_EFFECT,
        "over_assignment": planted.OVER_ASSIGNMENT,
        "shock": _rounded(world.shock[: world.company.quarters]),
        "player_manager": str(world.rep_ids[1 + int(world.team[world.player_seat])]),
        "managers": [str(one) for one in world.rep_ids[1 : 1 + managers]],
    }


def _ratchet(world: World) -> dict[str, Any] | None:
    """Name the rule by which last year's sales make this year's quota, where they do."""
    if world.company.quota_rule == "expectation":
        return None
    return {"rule": "last year's sales plus growth", "growth": planted.QUOTA_GROWTH}


def _named(name: str, size: float) -> dict[str, Any]:
    """Pair a name with a size."""
    return {"name": name, "size": size}


def _territories(world: World) -> dict[str, list[Any]]:
    """List what each territory is worth and how lucky it is."""
    seats = np.arange(world.company.reps)
    return {
        "territory_id": [f"T{seat:05d}" for seat in seats],
        "region": [REGIONS[where] for where in world.region],
        "potential": _rounded(world.potential),
        "luck": _rounded(world.luck),
    }


def _reps(world: World) -> dict[str, list[Any]]:
    """List what each person is like."""
    people = world.people
    return {
        "rep_id": world.rep_ids.to_pylist(),
        "skill": _rounded(people.skill),
        "forecast_bias": _rounded(people.forecast_bias),
        "coached": (people.coached_from < FAR).tolist(),
        "equipped": (people.toolkit_from < FAR).tolist(),
    }


def _rounded(values: Array) -> list[float]:
    """Keep four digits."""
    return [float(value) for value in np.round(values, 4)]
