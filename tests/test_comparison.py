"""Two measured frames side by side."""

from __future__ import annotations

import pandas as pd
import pytest

from spmkit.expressions import count, total
from spmkit.measure import compare, measure
from spmkit.units import Column, Count, Money, Percent, Share


def win_rate(won: Column, closed: Column) -> Percent:
    return Share(won, closed)


def bookings(amount: Column) -> Money:
    return total(amount)


def wins(won: Column) -> Count:
    return count(won)


def _lines(rows):
    return pd.DataFrame(rows, columns=["team", "won", "amount"]).assign(closed=True)


NOW = _lines([("A", True, 5.0), ("A", False, 1.0), (None, True, 2.0), ("C", True, 9.0)])
BEFORE = _lines([("A", True, 4.0), (None, False, 3.0), ("B", True, 7.0)])
METRICS = [win_rate, bookings, wins]


def _values(column):
    return [None if pd.isna(value) else value for value in column]


def test_groups_are_matched_null_with_null_and_the_missing_stay_null():
    found = compare(measure(NOW, METRICS, by="team"), measure(BEFORE, METRICS, by="team"))
    assert _values(found["team"]) == ["A", "B", "C", None]
    assert _values(found["bookings"]) == [6.0, None, 9.0, 2.0]
    assert _values(found["bookings_before"]) == [4.0, 7.0, None, 3.0]
    assert _values(found["bookings_change"]) == [2.0, None, None, -1.0]
    assert found["bookings_n"].tolist() == [2, 0, 1, 1]
    assert found["bookings_status"].tolist() == ["ok", "undefined: no rows", "ok", "ok"]
    assert found["bookings_status_before"].tolist() == ["ok", "ok", "undefined: no rows", "ok"]
    assert _values(found["wins_change"]) == [0, None, None, 1]


def test_one_row_each_without_groups():
    found = compare(measure(NOW, METRICS), measure(BEFORE, METRICS))
    assert found["win_rate_change"].tolist() == [pytest.approx(3 / 4 - 2 / 3)]
    assert found["win_rate_n_before"].tolist() == [3]
    assert not [column for column in found if "_low" in column]


def test_the_change_of_a_share_has_newcombes_interval():
    # 56 of 70 against 48 of 80: the worked example of Newcombe 1998, method 10.
    now, before = (
        measure(
            pd.DataFrame({"won": [True] * won + [False] * (of - won), "closed": True}),
            win_rate,
            confidence=0.95,
        )
        for won, of in ((56, 70), (48, 80))
    )
    found = compare(now, before).iloc[0]
    assert found["win_rate_change"] == pytest.approx(0.2)
    assert found["win_rate_change_low"] == pytest.approx(0.0524, abs=5e-5)
    assert found["win_rate_change_high"] == pytest.approx(0.3339, abs=5e-5)
    assert found["win_rate_low_before"] == before["win_rate_low"].iloc[0]


def test_groups_of_several_columns_are_found():
    now, before = (measure(lines, bookings, by=["team", "won"]) for lines in (NOW, BEFORE))
    found = compare(now, before)
    assert found.columns[:2].tolist() == ["team", "won"]
    assert _values(found["bookings_change"])[:2] == [None, 1.0]


def test_categories_stay_in_order():
    now, before = (
        measure(lines.assign(team=pd.Categorical(lines["team"], ["C", "B", "A"])), wins, by="team")
        for lines in (NOW, BEFORE)
    )
    assert _values(compare(now, before)["team"].astype("object")) == ["C", "B", "A", None]


@pytest.mark.parametrize(
    ("now", "before", "by", "message"),
    [
        (measure(NOW, wins), measure(BEFORE, bookings), None, "different metrics .bookings, wins"),
        (NOW, BEFORE, None, "none in either"),
        (measure(NOW, wins, by="team"), measure(BEFORE, wins), None, "the column 'team'"),
        (measure(NOW, wins), measure(BEFORE, wins, by="team"), None, "the column 'team'"),
        (
            measure(NOW, wins, by=["team", "won"]),
            measure(BEFORE, wins, by="team"),
            "team",
            "unique",
        ),
    ],
)
def test_frames_that_do_not_match_are_refused(now, before, by, message):
    with pytest.raises(ValueError, match=message):
        compare(now, before, by=by)
