"""Which dimension tells reps apart: what is planted is found, noise is not chosen for its best."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spmkit.review.telling import telling_apart, telling_dimensions


def units(seed, effect=0.0, reps=40):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "region": random.choice(["N", "S", "E"], reps),
            "segment": random.choice(["Large", "Small"], reps),
            "manager": [f"m{number % 8}" for number in range(reps)],
            "weight": random.uniform(50, 500, reps),
        }
    )
    noise = random.normal(1, 0.25, reps)
    return frame.assign(value=noise + effect * frame["segment"].eq("Large"))


NAMES = ["region", "segment", "manager"]


def test_the_share_by_hand():
    # Two groups at 1.1 and 0.6, within each ±0.1: 4·0.25² = 0.25 of 0.25 + 4·0.1² = 0.29 lies
    # between; of four reps in two groups, 1 − (0.04 / 0.29) · 3 / 2.
    frame = pd.DataFrame({"value": [1.2, 1.0, 0.7, 0.5], "weight": 1.0, "region": [*"NNSS"]})
    found = telling_apart(frame, ["region"])
    assert found.share == pytest.approx(1 - 0.04 / 0.29 * 1.5)
    assert not found.beyond_chance  # four reps prove nothing


def test_a_weight_of_two_is_two_reps_in_the_spread():
    frame = pd.DataFrame({"value": [1.2, 1.0, 0.5, 0.7], "region": [*"NNSS"]})
    heavy = telling_apart(frame.assign(weight=[2.0, 1.0, 1.0, 1.0]), ["region"])
    # Mean 4.6 / 5; North at 3.4 / 3 weighs 3, South at 0.6 weighs 2.
    mean, north = 4.6 / 5, 3.4 / 3
    between = 3 * (north - mean) ** 2 + 2 * (0.6 - mean) ** 2
    whole = 2 * (1.2 - mean) ** 2 + (1 - mean) ** 2 + (0.5 - mean) ** 2 + (0.7 - mean) ** 2
    assert heavy.share == pytest.approx(1 - (1 - between / whole) * 1.5)


def test_what_is_planted_is_found():
    found = [telling_apart(units(seed, effect=0.5), NAMES) for seed in range(5)]
    assert [one.dimension for one in found] == ["segment"] * 5
    assert all(one.beyond_chance for one in found)


def test_the_best_of_three_kinds_of_noise_is_rarely_beyond_chance():
    found = [telling_apart(units(seed), NAMES) for seed in range(40)]
    by_chance = [one for one in found if one.beyond_chance]
    assert len(by_chance) <= 6  # two are expected; more than six come one time in two hundred
    assert {one.dimension for one in found if not one.beyond_chance} == {"region"}


def test_of_two_that_say_the_same_the_one_with_fewer_groups_is_drawn():
    frame = units(3, effect=0.8)
    finer = frame["segment"].where(frame.index != 0, "Other")
    found = telling_apart(frame.assign(manager=finer), ["manager", "segment"])
    assert found.dimension == "segment"


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"value": [1.0, 1.0], "weight": 1.0, "region": ["N", "S"]}),
        pd.DataFrame({"value": [1.0, 0.5], "weight": 1.0, "region": ["N", "S"]}),
        pd.DataFrame({"value": [], "weight": [], "region": []}),
    ],
)
def test_too_few_or_alike_tell_nothing(frame):
    found = telling_apart(frame, ["region"])
    assert (found.dimension, found.share, found.beyond_chance) == ("region", 0.0, False)


def test_without_a_dimension_there_is_none():
    assert telling_apart(units(0), []) is None


def test_who_has_no_group_is_a_group():
    frame = pd.DataFrame({"region": ["N", "S", None], "team": ["1", "2", "3"]})
    assert telling_dimensions(frame, ["region", "team"]) == ["region"]
