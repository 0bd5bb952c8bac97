"""Groups are named where resampled reps give them again, and nowhere else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spmkit.segmentation import archetypes
from spmkit.segmentation.archetypes import FEWEST
from spmkit.segmentation.clusters import METHODS, group_choices, grouped, scaled


@pytest.fixture(scope="module")
def iris():
    from sklearn.datasets import load_iris

    return load_iris(return_X_y=True)


@pytest.fixture(scope="module")
def choices(iris):
    return group_choices(iris[0], range(2, 6)).set_index(["method", "groups"])


def agreement(labels, known):
    from sklearn.metrics import adjusted_rand_score

    return adjusted_rand_score(known, labels)


def test_k_means_of_iris_is_what_others_published(iris, choices):
    labels = grouped(iris[0], METHODS[0], 3)
    assert choices.loc[(METHODS[0], 3), "inertia"] == pytest.approx(78.851441, abs=1e-5)
    assert sorted(np.bincount(labels).tolist()) == [38, 50, 62]
    assert agreement(labels, iris[1]) == pytest.approx(0.730238, abs=1e-6)


def test_silhouettes_of_iris(choices):
    found = choices.loc[METHODS[0], "silhouette"]
    assert found[2] == pytest.approx(0.6810, abs=1e-4)
    assert found[3] == pytest.approx(0.5528, abs=1e-4)


def test_the_gaussian_mixture_of_iris(iris):
    assert agreement(grouped(iris[0], METHODS[1], 3), iris[1]) == pytest.approx(0.903874, abs=1e-5)


def test_iris_is_the_less_stable_the_more_groups(choices):
    found = choices.loc[METHODS[0], "stability"]
    assert found.tolist() == pytest.approx([0.99, 0.90, 0.875, 0.865], abs=0.035)


def cloud(seed, count, *centre):
    return np.random.default_rng(seed).normal(centre, 0.2, (count, len(centre)))


def three():
    rows = np.concatenate([cloud(1, 23, 0, 0), cloud(2, 20, 4, 0), cloud(3, 17, 0, 6)])
    return pd.DataFrame(rows, columns=["calls", "deal_size"]).assign(rep_id=range(60))


def test_groups_that_are_there_are_found_and_named():
    found = archetypes(three(), ["calls", "deal_size"], most=4)
    assert found.status == "ok"
    assert found.profiles["n"].tolist() == [23, 20, 17]
    assert found.profiles["share"].round(3).tolist() == [0.383, 0.333, 0.283]
    assert found.profiles["archetype"].iloc[1:].tolist() == ["high calls", "high deal_size"]
    assert found.choices.loc[found.choices["chosen"], "groups"].tolist() == [3]
    assert len(found.members["archetype"].iloc[:23].drop_duplicates()) == 1
    assert (found.members["silhouette"] > 0.5).all()


def test_the_order_of_the_rows_and_the_scale_say_nothing():
    frame = three()
    other = frame.assign(calls=frame["calls"] * 1000).sample(frac=1, random_state=1)
    found = archetypes(frame, ["calls", "deal_size"], most=3).members
    again = archetypes(other, ["calls", "deal_size"], most=3).members
    pd.testing.assert_frame_equal(again.sort_index(), found)


def test_one_cloud_has_no_archetypes():
    rows = np.random.default_rng(5).normal(size=(80, 3))
    frame = pd.DataFrame(rows, columns=list("abc")).assign(rep_id=range(80))
    found = archetypes(frame, list("abc"), most=4)
    assert found.status in {"not stable", "one cloud"}
    assert found.members["archetype"].isna().all()
    assert found.profiles.empty
    assert not found.choices["chosen"].any()


def test_one_long_cloud_is_cut_stably_and_is_still_one():
    rng = np.random.default_rng(6)
    along = rng.normal(size=120)
    frame = pd.DataFrame({"a": along, "b": along + rng.normal(0, 0.15, 120), "rep_id": range(120)})
    found = archetypes(frame, ["a", "b"], most=2)
    assert (found.choices["stability"] >= 0.8).any()
    assert found.status == "one cloud"
    assert found.members["archetype"].isna().all()


def test_few_reps_equal_reps_and_nobody():
    few = archetypes(three().head(FEWEST - 1), ["calls", "deal_size"])
    assert few.status == "insufficient n"
    assert set(few.members["status"]) == {"insufficient n"}
    equal = archetypes(three().assign(calls=1.0, deal_size=2.0), ["calls", "deal_size"])
    assert equal.status == "undefined: all equal"
    assert archetypes(three().head(0), ["calls", "deal_size"]).members.empty


def test_two_kinds_of_rows_and_nothing_between():
    frame = three().assign(calls=[0.0] * 30 + [1.0] * 30, deal_size=1.0)
    found = archetypes(frame, ["calls", "deal_size"])
    assert found.members["archetype"].isna().all() or found.profiles["n"].tolist() == [30, 30]


def test_a_rep_without_a_measure_is_in_no_group():
    frame = three()
    frame.loc[0, "calls"] = np.nan
    found = archetypes(frame, ["calls", "deal_size"], most=3)
    assert found.status == "ok"
    assert found.members["status"].iloc[:2].tolist() == ["undefined: no value", "ok"]
    assert found.members["archetype"].isna().sum() == 1
    assert found.profiles["n"].sum() == 59


def test_a_measure_that_is_mostly_one_value_keeps_a_scale():
    # Quartiles 0 and 0: the standard deviation of 0, 0, 0, 0, 10 is 4.
    assert scaled(pd.DataFrame({"a": [0.0, 0, 0, 0, 10]})).ravel().tolist() == [0, 0, 0, 0, 2.5]


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="hours"):
        archetypes(three(), ["hours"])
    with pytest.raises(ValueError, match="several rows"):
        archetypes(three().assign(rep_id=1), ["calls"])
    with pytest.raises(ValueError, match="two groups"):
        archetypes(three(), ["calls"], most=1)
