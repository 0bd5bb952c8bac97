"""What those with an action came to, given their past: by hand, by simulation, as published."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit import action_effect, chance_band, difference_in_differences, rep_history

REPS = [f"r{number:02}" for number in range(40)]
BEFORE = ["Q1", "Q2", "Q3", "Q4"]


def as_panel(values):
    """A panel of a matrix: a row a rep, a column a period."""
    periods = [*BEFORE, "Q5"][-values.shape[1] :]
    wide = pd.DataFrame(values, index=REPS[: len(values)], columns=periods)
    return wide.rename_axis("rep_id").reset_index().melt("rep_id", var_name="period")


def company(rng, effect=0.0, reps=40, worst=10):
    """Log sales of a person and its quarters; those worst in the fourth have an action then."""
    noise = rng.normal(0, 1, (reps, 5))
    for quarter in range(1, 5):
        noise[:, quarter] = 0.4 * noise[:, quarter - 1] + np.sqrt(0.84) * noise[:, quarter]
    sales = rng.normal(0, 0.25, reps)[:, None] + 0.36 * noise
    chosen = np.argsort(sales[:, 3])[:worst]
    sales[chosen, 4] += effect
    return rep_history(as_panel(sales), BEFORE, "Q5"), [REPS[place] for place in chosen]


def plain(after, last):
    """Reps with one period before."""
    ids = REPS[: len(after)]
    return pd.DataFrame({"rep_id": ids, "after": after, "last": last, "earlier": np.nan})


def test_by_hand():
    # Without an action 0 came to 0 or 2, and 2 to 2 or 4: a slope of 1 from 1 on. The one with
    # the action was 2, where the line says 3, and came to 7: 4 more.
    last = [0.0, 0.0, 2.0, 2.0] * 3
    history = plain([0.0, 2.0, 2.0, 4.0] * 3 + [7.0], [*last, 2.0])
    found = action_effect(history, [REPS[12]])
    assert (found.treated, found.control) == (1, 12)
    assert found.value == pytest.approx(4)
    assert (found.before, found.after) == (2, 7)
    assert found.drift == pytest.approx(1)  # of the 5 that it moved by
    # Residual variance 12 / (13 − 3); error of the difference √(1.2 × (1 + 1/12 + 1/12)).
    error = np.sqrt(1.2 * (1 + 1 / 12 + 1 / 12))
    assert (found.high - found.low) / 2 == pytest.approx(2.228139 * error, rel=1e-5)
    assert found.detectable == pytest.approx((2.228139 + 0.879058) * error, rel=1e-5)
    assert (found.verdict, found.status) == ("cannot tell", "1 rep with it; 10 are needed")


def test_chosen_for_a_bad_quarter_before_and_after_shows_what_covariance_does_not():
    # True effect 0: the worst ten of forty come back by about a fifth with nobody doing anything.
    rng = np.random.default_rng(11)
    rows = []
    for _ in range(60):
        history, chosen = company(rng)
        found = action_effect(history, chosen)
        rows.append(
            {
                "before and after": found.after - found.before,
                "difference": difference_in_differences(history, chosen, "last")["value"],
                "covariance": found.value,
                "drift": found.drift,
                "told": found.verdict != "cannot tell",
            }
        )
    mean = pd.DataFrame(rows).mean()
    assert np.expm1(mean["before and after"]) == pytest.approx(0.22, abs=0.04)
    assert mean["difference"] == pytest.approx(0.265, abs=0.04)
    assert mean["covariance"] == pytest.approx(0.0, abs=0.05)
    assert mean["drift"] == pytest.approx(mean["before and after"] - mean["covariance"])
    assert mean["told"] <= 0.12  # 5 % of 60, and what chance adds to it


def test_a_large_effect_is_seen_in_the_right_direction():
    history, chosen = company(np.random.default_rng(3), effect=1.2)
    assert action_effect(history, chosen).verdict == "improved"
    assert action_effect(history, chosen, "lower").verdict == "worse"
    found = action_effect(history, chosen, "neither")
    assert (found.verdict, found.status) == ("cannot tell", "of this metric neither end is better")


def test_no_verdict_where_what_was_asked_could_not_be_seen():
    # 0.15 of log is the 16 % that forty reps do not show.
    history, chosen = company(np.random.default_rng(4))
    found = action_effect(history, chosen, asked=0.15)
    assert found.detectable > 0.3
    assert found.status == "too little power for the change that was asked"
    assert action_effect(history, chosen, asked=5.0).status == "within what chance explains"


def test_few_reps_on_either_side_tell_nothing():
    rng = np.random.default_rng(5)
    history, chosen = company(rng, effect=2.0, worst=9)
    found = action_effect(history, chosen)
    assert found.low > 0
    assert (found.verdict, found.status) == ("cannot tell", "9 reps with it; 10 are needed")
    history, chosen = company(rng, worst=31)
    found = action_effect(history, chosen)
    assert np.isnan([found.value, found.low, found.p, found.detectable]).all()
    assert found.status == "9 reps without it; 10 are needed"
    assert found.after == pytest.approx(history.set_index("rep_id").loc[chosen, "after"].mean())


def test_who_has_no_past_is_not_compared():
    history, chosen = company(np.random.default_rng(6))
    history.loc[history["rep_id"].isin(chosen[:3]), "last"] = np.nan
    assert action_effect(history, chosen).treated == 7
    nothing = action_effect(history.assign(last=np.nan), chosen)
    assert nothing.status == "no rep with it has a past and a value now"
    assert action_effect(history, []).treated == 0


def test_values_that_never_vary_prove_nothing():
    found = action_effect(plain([0.3] * 24, [0.3] * 24), REPS[:12])
    assert (found.verdict, found.p) == ("cannot tell", 1.0)
    assert found.value == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 500), st.sampled_from([0.01, 92.0, 1e6]))
def test_neither_the_order_of_rows_nor_the_currency_matters(seed, rate):
    rng = np.random.default_rng(seed)
    history, chosen = company(rng, effect=rng.uniform(0, 1))
    found = action_effect(history, chosen, asked=0.4)
    shuffled = history.sample(frac=1, random_state=seed)
    assert action_effect(shuffled, chosen, asked=0.4) == found
    numbers = ["after", "last", "earlier"]
    other = history.assign(**{name: history[name] * rate for name in numbers})
    scaled = action_effect(other, chosen, asked=0.4 * rate)
    assert (scaled.verdict, scaled.status) == (found.verdict, found.status)
    assert scaled.p == pytest.approx(found.p, abs=1e-3)
    for name in ("value", "low", "high", "drift", "detectable"):
        assert getattr(scaled, name) == pytest.approx(getattr(found, name) * rate, rel=1e-6)


def test_a_confidence_out_of_bounds_is_refused():
    with pytest.raises(ValueError, match="confidence"):
        action_effect(plain([1.0], [1.0]), [], confidence=95)


def test_the_past_by_hand():
    panel = as_panel(np.array([[1.0, 3.0, 5.0], [2.0, np.nan, 6.0]])).dropna()
    found = rep_history(panel, ["Q3", "Q4"], "Q5")
    assert found["after"].tolist() == [5.0, 6.0]
    assert found["last"].fillna(-1).tolist() == [3.0, -1.0]
    assert found["earlier"].tolist() == [1.0, 2.0]
    assert rep_history(panel, [], "Q5")[["last", "earlier"]].isna().all().all()


def test_the_band_by_hand():
    last = [0.0, 0.0, 2.0, 2.0] * 3
    history = plain([0.0, 2.0, 2.0, 4.0] * 3 + [7.0, 9.0], [*last, 1.0, np.nan])
    found = chance_band(history, REPS[12:14])
    # In the middle of twelve: 2, and 1.372 (t of 10, 80 %) times √(1.2 × (1 + 1/12)) to each side.
    reach = 1.372184 * np.sqrt(1.2 * (1 + 1 / 12))
    assert found.loc[0, "expected"] == pytest.approx(2)
    assert found.loc[0, ["low", "high"]].tolist() == pytest.approx([2 - reach, 2 + reach])
    assert found.loc[1, ["expected", "low", "high"]].isna().all()
    assert found["after"].tolist() == [7.0, 9.0]


def test_of_fewer_than_ten_others_there_is_no_band():
    found = chance_band(plain(np.arange(10.0), np.arange(10.0)), ["r00"])
    assert found[["expected", "low", "high"]].isna().all().all()


def test_one_rep_on_a_side_has_no_difference_of_changes():
    history = plain([1.0, 2.0, 3.0], [1.0, 1.0, 1.0])
    assert np.isnan(difference_in_differences(history, ["r00"], "last")["value"])


def test_the_minimum_wage_of_card_and_krueger(require):
    root = os.environ.get("SPMKIT_VALIDATION_DATA")
    require(root, "SPMKIT_VALIDATION_DATA does not say where the published tables are")
    stores = pd.read_csv(Path(root) / "card-krueger.csv")
    panel = pd.DataFrame({"rep_id": stores["id"], "period": stores["d"], "value": stores["fte"]})
    history = rep_history(panel, [0], 1)
    whole = history.dropna(subset=["after", "last"])
    jersey = stores.loc[stores["nj"] == 1, "id"]
    found = difference_in_differences(history, jersey, "last")
    assert len(whole) == 384
    assert found["value"] == pytest.approx(2.75, abs=1e-6)
    assert found["error"] == pytest.approx(1.3377, abs=5e-5)  # printed: 1.34


def test_where_the_past_says_who_has_it_nothing_can_be_compared():
    history = plain([1.0, 2.0] * 12, [5.0] * 12 + [9.0] * 12)
    found = action_effect(history, REPS[:12])
    assert found.status == "nobody without it has a past like those with it"
    assert np.isnan(found.value)


def test_a_past_that_says_the_same_twice_counts_once():
    history, chosen = company(np.random.default_rng(8))
    once = action_effect(history.assign(earlier=np.nan), chosen)
    twice = action_effect(history.assign(earlier=history["last"] * 2), chosen)
    assert twice.value == pytest.approx(once.value)
    assert (twice.high, twice.p) == (pytest.approx(once.high), once.p)
