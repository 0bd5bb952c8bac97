"""A sentence says what the number says: equal, undefined, one, many, and not more."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spmkit import narrative
from spmkit.intervals import wilson_interval
from spmkit.units import whole_percent

NULL = float("nan")


def words(pieces):
    return "".join(text for _, text in pieces)


def tones(pieces):
    return [tone for tone, _ in pieces]


def standing(attainment=0.91, credited=91.0, quota=100.0, **more):
    row = {"attainment": attainment, "credited": credited, "quota": quota}
    return pd.Series(row | more, dtype="object")


def headline(now, before=None, currency="USD"):
    return narrative.headline(now, before, "2026Q3", "2026Q2", currency)


# The headline


def test_the_headline_names_period_attainment_and_both_amounts():
    said = words(headline(standing(0.91, 11.4e6, 12.6e6)))
    for part in ("2026Q3", "91 %", "11.4 M", "12.6 M", "USD"):
        assert part in said
    assert "2026Q2" not in said


@pytest.mark.parametrize(
    ("credited", "told"),
    [
        (11.4e6, "11.4 M of 12.6 M USD, 1.20 M short."),
        (13.0e6, "13.0 M of 12.6 M USD, 400 k over."),
        (12.6e6, "12.6 M of 12.6 M USD."),
    ],
)
def test_the_headline_says_what_is_missing_or_over(credited, told):
    assert words(headline(standing(credited / 12.6e6, credited, 12.6e6))).endswith(told)


@pytest.mark.parametrize(
    ("before", "change", "tone"),
    [
        (0.95, "4 points below", "worse"),
        (0.92, "1 point below", "worse"),
        (0.90, "1 point above", "accent"),
        (0.80, "11 points above", "accent"),
    ],
)
def test_the_headline_compares_with_the_period_before(before, change, tone):
    pieces = headline(standing(0.91), standing(before))
    assert f"{change} 2026Q2" in words(pieces)
    assert tone in [t for t, text in pieces if "point" in text]


def test_what_prints_alike_is_not_called_above_or_below():
    said = words(headline(standing(0.9149), standing(0.9051)))
    assert "2026Q2" in said
    assert not re.search("above|below|0 point", said)


def test_a_period_before_without_attainment_is_not_compared_with():
    assert "2026Q2" not in words(headline(standing(0.91), standing(NULL)))


def test_without_attainment_the_headline_says_so_and_gives_no_share():
    said = words(headline(standing(NULL, 0.0, 0.0)))
    assert "No attainment" in said
    assert "%" not in said
    assert "nan" not in said.lower()


def test_a_currency_that_is_not_given_is_not_invented():
    said = words(headline(standing(0.91, 91.0, 100.0), currency=""))
    assert "91 of 100" in said
    assert "None" not in said
    assert not re.search(r"\s[.,]|\s\s", said)


def test_a_missed_quota_never_reads_as_reached():
    said = words(headline(standing(0.9996)))
    assert "99.9 %" in said
    assert "100 %" not in said


@given(st.floats(0, 3).filter(lambda value: not 1 - 1e-9 < value < 1))
@settings(max_examples=200, deadline=None)
def test_a_share_below_one_never_prints_as_one(value):
    printed = float(whole_percent(value).removesuffix(" %"))
    assert (printed >= 100) == (value >= 1)
    assert abs(printed - value * 100) <= 0.5 + 1e-9


def test_the_last_digits_of_a_sum_are_not_a_missed_quota():
    assert whole_percent(sum([0.1] * 10) / 1.0) == "100 %"  # 0.9999999999999999


def test_a_share_of_nothing_to_speak_of_has_no_sign():
    assert whole_percent(-0.002) == "0 %"
    assert whole_percent(-0.05) == "−5 %"


# Without quotas


def without_quotas(now, before=None):
    earlier = None if before is None else pd.Series({"credited": before})
    return narrative.headline_without_quotas(pd.Series({"credited": now}), earlier, "2017Q4", "USD")


@pytest.mark.parametrize(
    ("now", "before", "change"), [(120.0, 100.0, "20 % more"), (75.0, 100.0, "25 % less")]
)
def test_without_quotas_credit_is_compared_and_attainment_is_not_told(now, before, change):
    pieces = without_quotas(now, before)
    assert change in words(pieces)
    assert "nothing is said of attainment" in words(pieces)
    assert ("worse" in tones(pieces)) == (now < before)


@pytest.mark.parametrize("before", [None, 0.0, -5.0])
def test_without_anything_before_nothing_is_compared(before):
    said = words(without_quotas(2.8e6, before))
    assert "2.80 M USD" in said
    assert not re.search("more|less|%", said)


def test_equal_credit_is_not_called_more():
    assert "0 % more" not in words(without_quotas(100.0, 100.0))


# A running period


def running(attainment, pace):
    now = standing(attainment, 3e6, 10e6, pace=pace, run_rate_projection=9e6)
    return narrative.running_headline(now, "2026Q4", "31 Oct 2026", "")


@pytest.mark.parametrize(("pace", "tone"), [(0.9, "worse"), (1.0, "accent"), (1.2, "accent")])
def test_a_running_period_is_told_by_its_pace(pace, tone):
    pieces = running(0.30, pace)
    assert [t for t, text in pieces if "pace" in text] == [tone]
    for part in ("2026Q4", "31 Oct 2026", "30 %", f"{pace:.0%}".replace("%", " %")):
        assert part in words(pieces)
    assert "reached" not in words(pieces)


def test_a_running_period_without_quotas_has_no_pace():
    said = words(running(NULL, NULL))
    assert "no pace" in said
    assert "%" not in said


# Participation


def participating(hit, reps):
    low, high = wilson_interval([hit], [reps], 0.95) if reps else ([NULL], [NULL])
    rate = hit / reps if reps else NULL
    return standing(
        participation_rate=rate,
        participation_rate_n=reps,
        participation_rate_low=low[0],
        participation_rate_high=high[0],
        at_quota=hit,
    )


def test_participation_has_its_count_share_interval_and_over_assignment():
    said = narrative.participation(participating(17, 58), 0.12)
    for part in ("17 of 58 reps", "29 %", "19 to 42 %", "12 % above plan"):
        assert part in said


@pytest.mark.parametrize(
    ("over", "told"),
    [
        (None, "over-assignment unknown"),
        (0.0, "add up to plan"),
        (-0.004, "add up to plan"),
        (-0.05, "5 % below plan"),
        (0.05, "5 % above plan"),
    ],
)
def test_participation_is_never_told_without_over_assignment(over, told):
    assert told in narrative.participation(participating(3, 4), over)


def test_one_rep_is_a_rep_and_none_is_not_a_rate():
    assert "1 of 1 rep reached" in narrative.participation(participating(1, 1), None)
    said = narrative.participation(participating(0, 0), 0.1)
    assert "No rep" in said
    assert "nan" not in said


def test_without_the_largest_deal():
    assert "84 %" in narrative.without_largest(standing(attainment_without_largest=0.84))
    assert narrative.without_largest(standing(attainment_without_largest=NULL)) == ""


# Win rates


def closed(won, of):
    low, high = wilson_interval([won], [of], 0.95)
    row = {"win_rate": won / of, "win_rate_n": of}
    return pd.Series(row | {"win_rate_low": low[0], "win_rate_high": high[0]})


NONE_CLOSED = pd.Series({"win_rate": NULL, "win_rate_n": 0})


def test_a_win_rate_has_its_base_and_interval():
    said = narrative.win_rates(closed(275, 1204), None, "")
    for part in ("22.8 %", "1,204", "20.6 to 25.3 %"):
        assert part in said


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        ((500, 1000), (400, 1000), "higher than in 2026Q2"),
        ((400, 1000), (500, 1000), "lower than in 2026Q2"),
        ((5, 10), (4, 10), "cannot be told"),
        ((5, 10), (5, 10), "cannot be told"),
        # The two intervals overlap (52.1 to 58.2, 47.9 to 54.1), their difference does not reach
        # 0: overlap alone is no test.
        ((551, 1000), (505, 1000), "higher than in 2026Q2"),
    ],
)
def test_two_win_rates_differ_only_where_the_interval_of_the_difference_says_so(now, before, told):
    said = narrative.win_rates(closed(*now), closed(*before), "2026Q2")
    assert told in said
    assert len(re.findall("higher|lower|cannot be told", said)) == 1


def test_where_nothing_closed_there_is_no_win_rate_to_compare():
    assert "%" not in narrative.win_rates(NONE_CLOSED, closed(5, 10), "2026Q2")
    assert "2026Q2" not in narrative.win_rates(closed(5, 10), NONE_CLOSED, "2026Q2")


# Credit outside quotas


def lines(**credited):
    """The credit of some reps; ada alone has a quota."""
    names = [*credited]
    quota = [100.0 if name == "ada" else NULL for name in names]
    return pd.DataFrame({"rep": names, "quota": quota, "credited": [*credited.values()]})


def test_credit_outside_any_quota_is_said_with_whose_it_is():
    said = narrative.apart(lines(ada=90.0, nobody=2e6, cy=1e6))
    assert "3.00 M" in said
    assert said.index("nobody") < said.index("cy")
    assert "ada" not in said


def test_many_are_counted_instead_of_listed():
    said = narrative.apart(lines(ada=90.0, b=5.0, c=4.0, d=3.0, e=2.0, f=1.0))
    assert "2 more" in said
    assert "15" in said


@pytest.mark.parametrize("credited", [{"ada": 90.0}, {"ada": 90.0, "bo": 0.0}, {"bo": 5.0}])
def test_where_nothing_stands_apart_nothing_is_said(credited):
    assert narrative.apart(lines(**credited)) == ""
