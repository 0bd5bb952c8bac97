"""How even territories are, and how far each is penetrated once chance is taken out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit.segmentation import balance_index, shrunken_penetration, territory_balance


def lines(**columns):
    count = len(next(iter(columns.values())))
    return pd.DataFrame({"territory_id": [f"t{n}" for n in range(count)], **columns})


def test_the_index_is_the_weighted_mean_of_shares_of_the_mean():
    # Means are 20 and 100. t0: (2 × 0.5 + 1 × 1) ÷ 3, t1: (2 × 1.5 + 1 × 1) ÷ 3.
    frame = lines(workload=[10.0, 30.0], potential=[100.0, 100.0])
    found = balance_index(frame, {"workload": 2, "potential": 1})
    assert found["balance_index"].tolist() == pytest.approx([2 / 3, 4 / 3])
    assert found["outside"].tolist() == [True, True]
    assert found["n"].tolist() == [2, 2]


def test_the_tolerance_itself_is_inside():
    # The mean is 100: 85 and 115 are at the line, 84 and 116 beyond it.
    frame = lines(potential=[85.0, 115.0, 84.0, 116.0])
    found = balance_index(frame, {"potential": 1})
    assert found["outside"].tolist() == [False, False, True, True]
    assert not balance_index(frame, {"potential": 1}, tolerance=0.2)["outside"].any()


def test_what_is_no_territory_and_what_is_not_known_weighs_nothing():
    frame = lines(potential=[100.0, 300.0, None, 1e9])
    frame.loc[3, "territory_id"] = None
    found = balance_index(frame, {"potential": 1})
    assert found["balance_index"].tolist()[:2] == [0.5, 1.5]
    assert found["status"].tolist() == ["ok", "ok", "undefined: no value"]
    assert found["outside"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("columns", "weights", "said"),
    [
        ({"potential": [1.0]}, {"workload": 1}, "workload"),
        ({"potential": [1.0]}, {"potential": 0}, "above zero"),
        ({"potential": [1.0]}, {}, "to weigh"),
        ({"potential": [1.0], "workload": [None]}, {"potential": 1, "workload": 1}, "no value"),
        ({"potential": [1.0, -1.0]}, {"potential": 1}, "negative or zero"),
        ({"potential": [0.0, 0.0]}, {"potential": 1}, "negative or zero"),
    ],
)
def test_what_cannot_be_weighed_is_refused(columns, weights, said):
    with pytest.raises(ValueError, match=said):
        balance_index(lines(**columns), weights)


def test_the_balance_of_all():
    # Indices 0.5, 1, 1, 1.5: two of four outside; variance (0.25 + 0.25) ÷ 3; Gini: ranks
    # −3, −1, 1, 3 times the values is 3, over 4 × 4.
    found = territory_balance(balance_index(lines(potential=[1.0, 2, 2, 3]), {"potential": 1}))
    row = found.iloc[0]
    assert row[["n", "outside_share", "status"]].tolist() == [4, 0.5, "ok"]
    assert row["variation"] == pytest.approx((0.5 / 3) ** 0.5)
    assert row["gini"] == pytest.approx(3 / 16)
    assert 0.1 < row["outside_share_low"] < 0.5 < row["outside_share_high"] < 0.9


def test_even_one_and_no_territory():
    even = territory_balance(balance_index(lines(potential=[5.0] * 3), {"potential": 1})).iloc[0]
    assert even[["outside_share", "variation", "gini"]].tolist() == [0, 0, 0]
    one = territory_balance(balance_index(lines(potential=[5.0]), {"potential": 1})).iloc[0]
    assert one["status"] == "insufficient n"
    assert one[["outside_share", "variation", "gini"]].isna().all()
    none = territory_balance(balance_index(lines(potential=[]), {"potential": 1})).iloc[0]
    assert none["status"] == "undefined: no rows"


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=25).filter(lambda sizes: sum(sizes) > 1))
@settings(max_examples=60, deadline=None)
def test_the_gini_is_the_mean_difference_of_all_pairs(sizes):
    index = balance_index(lines(potential=sizes), {"potential": 1})
    found = territory_balance(index).iloc[0]
    pairs = [abs(a - b) for a in sizes for b in sizes]
    expected = sum(pairs) / (2 * len(sizes) * sum(sizes))
    assert found["gini"] == pytest.approx(expected, abs=1e-9)
    assert index["balance_index"].mean() == pytest.approx(1)


def accounts(**by_territory):
    rows = [
        (t, sales, potential) for t, given in by_territory.items() for sales, potential in given
    ]
    return pd.DataFrame(rows, columns=["territory_id", "sales", "potential"])


FOUR = {
    "a": [(10.0, 100.0), (30.0, 100.0)],
    "b": [(20.0, 100.0), (40.0, 100.0)],
    "c": [(50.0, 100.0), (10.0, 100.0)],
    "d": [(95.0, 100.0), (25.0, 100.0)],
}


def test_shrunken_penetration_by_hand():
    # Rates 0.2, 0.3, 0.3, 0.6. Squared distances 200 + 200 + 800 + 2450 over
    # 4 × 20,000 × ½ are the variance 0.09125 of one account's rate; of two equal ones half.
    found = shrunken_penetration(accounts(**FOUR))
    assert found["penetration"].tolist() == pytest.approx([0.2, 0.3, 0.3, 0.6])
    assert found["standard_error"].tolist() == pytest.approx([(0.09125 / 2) ** 0.5] * 4)
    # The rates vary by 0.03, less than that error of 0.0456: all of it may be chance, and a
    # third, (4 − 3) ÷ (4 − 1), is taken off.
    assert found["shrunken"].tolist() == pytest.approx([0.25, 0.95 / 3, 0.95 / 3, 1.55 / 3])
    assert found["n"].tolist() == [2] * 4


def test_few_accounts_are_pulled_further_than_many():
    # Everywhere one account buys 0.3 more, the next 0.3 less than its territory's rate.
    rates = np.linspace(0.45, 0.55, 10)
    many = {f"m{n}": [(rate - 0.3, 1.0), (rate + 0.3, 1.0)] * 25 for n, rate in enumerate(rates)}
    few = {"x": [(0.6, 1.0), (1.2, 1.0)], "y": [(5.0, 10.0), *[(0.04, 0.1)] * 10]}
    found = shrunken_penetration(accounts(**many, **few)).set_index("territory_id")
    moved = (found["penetration"] - found["shrunken"]).abs()
    assert moved["x"] > 10 * moved[["m0", "m9"]].max()
    # One account of ten times the others makes eleven as unsure as two.
    assert found.loc["y", "standard_error"] > found.loc["x", "standard_error"]
    assert found.loc["x", "status"] == "caution: mostly chance"
    assert found.loc["m0", "status"] == "ok"


def test_sales_above_potential_say_that_the_potential_is_wrong():
    found = shrunken_penetration(accounts(**FOUR, e=[(300.0, 100.0), (90.0, 100.0)]))
    assert found["status"].iloc[-1] == "caution: above potential"


def test_accounts_that_say_nothing_are_left_out():
    extra = accounts(a=[(5.0, None), (5.0, 0.0), (None, 9.0)])
    extra.loc[len(extra)] = [None, 5.0, 5.0]
    both = pd.concat([accounts(**FOUR), extra], ignore_index=True)
    pd.testing.assert_frame_equal(
        shrunken_penetration(both), shrunken_penetration(accounts(**FOUR)), check_dtype=False
    )


def test_too_few_territories_are_not_shrunk():
    found = shrunken_penetration(accounts(a=FOUR["a"], b=FOUR["b"]))
    assert set(found["status"]) == {"insufficient n"}
    assert found["shrunken"].isna().all()
    assert found["penetration"].notna().all()
    single = shrunken_penetration(accounts(**{t: given[:1] for t, given in FOUR.items()}))
    assert set(single["status"]) == {"insufficient n"}
    none = accounts().astype({"sales": "float64", "potential": "float64", "territory_id": "str"})
    assert shrunken_penetration(none).empty


def test_every_engine_gives_the_same_penetration(engine):
    frame = accounts(**FOUR, e=[(5.0, None)])
    expected = shrunken_penetration(frame)
    assert np.allclose(expected["penetration"], [0.2, 0.3, 0.3, 0.6])
    pd.testing.assert_frame_equal(shrunken_penetration(engine(frame)), expected, check_dtype=False)
