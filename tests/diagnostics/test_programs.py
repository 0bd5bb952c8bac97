"""Whether programs are judged as they should be: by hand, planted, and where nothing is planted."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from program_company import REPS, diagnosed, even, sent

from benchmarks.program_effects import drawn, staged, worst_chosen
from spmkit import bookings_per_rep, diagnostics, narrative, open_data, shipped, win_rate
from spmkit.charts import program_course as drawn_course
from spmkit.data import DataError
from spmkit.diagnostics.programs_course import trend_before, wave_course
from spmkit.diagnostics.programs_history import Wave, moved_back, wave_history, waves
from spmkit.diagnostics.programs_waves import known_periods, programs
from spmkit.reports.diagnostics_parts import programs_parts


def panel(values):
    """A row a rep, a column a period; each value is of one case."""
    rows = [(rep, place, value, 1.0, 0) for rep, own in values.items() for place, value in own]
    return pd.DataFrame(rows, columns=["rep_id", "place", "numerator", "denominator", "least"])


def numbered(**values):
    return panel({rep: list(enumerate(own)) for rep, own in values.items()})


def first(found, program="Discovery", metric="win_rate"):
    asked = (found["program"] == program) & (found["metric"] == metric)
    return found[asked].iloc[0]


def test_a_wave_is_centred_on_those_it_is_compared_with_by_hand():
    # Wave a starts in period 1, wave b in period 2; c is never in it.
    told = numbered(a=[1.0, 5.0, 5.0], b=[2.0, 2.0, 7.0], c=[0.0, 1.0, 3.0])
    several = [Wave(1, ("a",), ("c",), (0,), (1,)), Wave(2, ("b",), ("c",), (1,), (2,))]
    found = wave_history(told, several).set_index("rep")
    # c comes to 1 after the first start and to 3 after the second: 2 on average.
    assert found.loc["a", "after"] == 5.0 - 1.0 + 2.0
    assert found.loc["b", "after"] == 7.0 - 3.0 + 2.0
    assert found.loc["c", "after"] == 2.0
    assert found.loc[["a", "b", "c"], "last"].tolist() == [1.0 + 0.5, 2.0 - 1.0 + 0.5, 0.5]
    assert found["treated"].tolist() == [True, True, False]


def test_the_course_by_hand():
    told = numbered(a=[1.0, 3.0, 8.0], b=[2.0, 2.0, 7.0], c=[0.0, 2.0, 2.0], d=[1.0, 1.0, 3.0])
    found = wave_course(told, [Wave(2, ("a", "b"), ("c", "d"), (0, 1), (2,))])
    assert found["relative"].tolist() == [-2, -1, 0]
    # Against the own means 2, 2, 1, 1: at the start 6 and 5 beside 1 and 2.
    assert found["value"].tolist() == pytest.approx([0.0, 0.0, 4.0])
    assert found.loc[2, ["low", "high"]].mean() == pytest.approx(4.0)


def test_slopes_before_a_start():
    rng = np.random.default_rng(0)
    up = {f"u{n}": np.arange(4.0) + rng.normal(0, 0.1, 4) for n in range(6)}
    flat = {f"f{n}": rng.normal(0, 0.1, 4) for n in range(6)}
    wave = Wave(4, tuple(up), tuple(flat), (0, 1, 2, 3), ())
    assert trend_before(numbered(**up, **flat), [wave]) < 1e-6
    alike = Wave(4, ("f0", "f1", "f2"), ("f3", "f4", "f5"), (0, 1, 2, 3), ())
    assert trend_before(numbered(**flat), [alike]) > 0.01
    assert np.isnan(trend_before(numbered(**flat), [moved_back(alike, 2)]))


@given(
    st.lists(st.integers(0, 9) | st.none(), min_size=1, max_size=30),
    st.integers(2, 9),
)
def test_nobody_in_a_program_is_compared_with_who_is_in_it_too(starts, periods):
    first_of = pd.Series(starts, dtype="float64").dropna()
    for wave in waves(first_of, range(len(starts)), periods):
        assert not set(wave.treated) & set(wave.others)
        later = first_of.reindex(list(wave.others)).fillna(np.inf)
        assert (later > max(wave.after, default=-1)).all()
        assert max(wave.before, default=-1) < min(wave.after, default=periods)


def test_the_sample_company_s_program_that_works_and_the_one_that_does_not():
    folder = shipped("datasets") / "sample"
    planted = json.loads((folder / "truth.json").read_text())["planted"]
    works, idle = planted["program_that_works"]["program"], planted["program_that_does_not"]
    the = diagnostics.open_diagnosis(open_data(folder))
    found = diagnostics.program_effects(the)
    seen = first(found, works)
    assert (seen["verdict"], seen["status"]) == ("improved", "ok")
    # 0.4 of log-odds is worth 0.4 × p (1 − p) of a win rate near p.
    worth = planted["program_that_works"]["log_odds"] * seen["before"] * (1 - seen["before"])
    assert seen["low"] < worth < seen["high"]
    assert seen["detectable"] < worth
    assert (seen["treated"], seen["waves"]) == (24, 2)
    assert set(found.loc[found["program"] == idle, "verdict"]) == {"cannot tell"}
    assert first(found, works, "bookings_per_rep")["verdict"] == "improved"
    course = diagnostics.program_course(the, works, win_rate)
    assert (course.loc[course["relative"] < 0, "low"] < 0).all()
    assert found.loc[found["metric"] == "win_rate", "started"].sum() == 40


def test_what_is_planted_is_found_and_the_naive_sum_stands_beside_it():
    chance = even()
    chance[:14, 4:] = 0.65
    row = first(diagnostics.program_effects(diagnosed(chance, sent(REPS[:14]))))
    assert (row["verdict"], row["treated"], row["control"]) == ("improved", 14, 26)
    assert row["low"] < 0.25 < row["high"]
    assert row["naive"] == pytest.approx(row["drift"] + row["value"])
    assert narrative.program_title(row).startswith("Discovery: win rate +")
    assert "coming back to the middle" in narrative.naive_words(row)


def test_sending_the_worst_reps_is_no_effect():
    quiet = diagnosed(even())
    closed = quiet.data.opportunities.df()
    last = closed[pd.to_datetime(closed["closed_on"]).between("2025-07-01", "2025-09-30")]
    won = (last["outcome"] == "won").groupby(last["rep_id"]).mean()
    worst = won.sort_values().index[:12]
    row = first(diagnostics.program_effects(diagnosed(even(), sent(worst))))
    assert row["naive"] > 0.1  # they come back by that much with nobody doing anything
    assert (row["verdict"], row["status"]) == ("cannot tell", "within what chance explains")
    assert np.mean([worst_chosen(seed) < 0.05 for seed in range(40)]) <= 0.125


def test_four_of_forty_are_seldom_taken_for_an_effect_where_the_clustered_error_often_does():
    # The command python -m benchmarks.program_effects asks 500 seeds: at most 38 alarms.
    found = pd.DataFrame([vars(drawn(seed, (4, 36))) for seed in range(100)]) < 0.05
    assert found["permutation"].sum() <= 11  # 38 of 500, and two standard errors of 100
    assert found["clustered"].sum() > found["permutation"].sum()


def test_everybody_in_waves_is_compared_with_who_comes_later():
    assert np.mean([staged(seed) < 0.05 for seed in range(40)]) <= 0.125
    chance = even()
    chance[:13, 3:] += 0.3
    chance[13:26, 5:] += 0.3
    chance[26:, 7:] += 0.3
    days = ["2025-07-01", "2026-01-01", "2026-07-01"]
    groups = [REPS[:13], REPS[13:26], REPS[26:]]
    rows = [sent(group, day) for group, day in zip(groups, days, strict=True)]
    row = first(diagnostics.program_effects(diagnosed(chance, *rows)))
    assert row["verdict"] == "improved"
    assert row["low"] < 0.3 < row["high"]
    assert row["treated"] == 26  # the last wave has nobody to be compared with


def why(*programs, chance=None, **changed):
    the = diagnosed(even() if chance is None else chance, *programs, **changed)
    row = first(diagnostics.program_effects(the))
    assert row["verdict"] == "cannot tell"
    return row["status"]


def test_what_cannot_be_told_is_said():
    assert "nobody to compare with" in why(sent(REPS))
    assert why(sent(REPS[:12], "2027-01-01")).startswith("it starts on 2027-01-01")
    assert "no period before" in why(sent(REPS[:12], "2024-10-01"))
    assert why(sent(REPS[:9])) == "9 reps with it; 10 are needed"
    assert why(sent(REPS[:31])) == "9 reps without it; 10 are needed"
    assert why(sent(["stranger"])) == "no rep with it has a past and a value now"


def test_who_never_sells_changes_nothing():
    chance = even()
    chance[:14, 4:] = 0.65
    office = [f"office{number}" for number in range(30)]
    reps = pd.DataFrame({"rep_id": [*REPS, *office]})
    alone = diagnostics.program_effects(diagnosed(chance, sent(REPS[:14])))
    beside = diagnostics.program_effects(diagnosed(chance, sent(REPS[:14]), reps=reps))
    pd.testing.assert_frame_equal(alone, beside)


def test_who_has_a_past_and_nothing_since_is_counted():
    the = diagnosed(even(), sent(REPS[:14]))
    closed = the.data.opportunities.df()
    since = pd.to_datetime(closed["closed_on"]) >= "2025-10-01"
    gone = closed["rep_id"].isin([REPS[0], REPS[1], REPS[39]]) & since
    again = diagnosed(even(), sent(REPS[:14]), opportunities=closed[~gone])
    row = first(diagnostics.program_effects(again))
    assert (row["treated"], row["control"]) == (12, 25)
    assert (row["lapsed"], row["lapsed_others"]) == (2, 1)
    assert "2 reps in it and 1 without it" in narrative.lapsed_words(row)
    assert "2 reps in it and 1 without it" in " ".join(map(str, programs_parts(again)[0]))


def test_a_program_at_the_same_time_is_set_aside_or_said():
    chance = even()
    chance[10:20, 4:] = 0.9
    both = [sent(REPS[:12]), sent(REPS[10:20], program="Toolkit")]
    row = first(diagnostics.program_effects(diagnosed(chance, *both)))
    assert (row["others"], row["aside"], row["treated"]) == ("Toolkit", 10, 10)
    assert row["verdict"] == "cannot tell"
    assert "10 reps" in narrative.set_aside_words(row)
    chance[:20, 4:] = 0.9
    same = [sent(REPS[:20]), sent(REPS[:20], program="Toolkit")]
    row = first(diagnostics.program_effects(diagnosed(chance, *same)))
    assert row["value"] > 0.3
    assert "cannot be told apart from Toolkit" in row["status"]
    assert "cannot be told apart" in narrative.set_aside_words(row)


def test_groups_that_had_moved_apart_before_prove_nothing():
    chance = even()
    chance[:15] = np.linspace(0.1, 0.9, 8)
    row = first(diagnostics.program_effects(diagnosed(chance, sent(REPS[:15]))))
    assert row["trend_p"] < 0.025
    assert row["status"] == "the two sides had moved apart before it began"


def test_a_start_within_a_period_leaves_it_out():
    the = diagnosed(even(), sent(REPS[:12], "2025-11-15"))
    labels = dict(enumerate(one.label for one in known_periods(the)))
    [program] = programs(the)
    assert {labels[place] for place in program.first} == {"2026Q1"}
    assert diagnostics.program_course(the, "Discovery", bookings_per_rep)["relative"].max() == 2


def test_no_table_one_quarter_and_hostile_names():
    with pytest.raises(DataError, match="programs"):
        diagnostics.program_effects(diagnosed(even()))
    assert "programs" in str(programs_parts(diagnosed(even()))[0])
    name = "</script><b>${x}"
    the = diagnosed(even()[:, :1], sent(REPS[:12], "2024-11-01", name))
    assert first(diagnostics.program_effects(the), name)["verdict"] == "cannot tell"
    parts = programs_parts(the)
    assert "<b>" not in str(parts[0][0])


def test_no_programs_at_all_is_a_sentence():
    the = diagnosed(even(), sent([]))
    assert "nobody" in str(programs_parts(the)[0][0])


def test_the_chart_has_its_numbers_in_words():
    chance = even()
    chance[:14, 4:] = 0.65
    the = diagnosed(chance, sent(REPS[:14]))
    course = diagnostics.program_course(the, "Discovery", win_rate)
    chart = drawn_course(course, "T", "S").to_dict()
    assert chart["description"].startswith("T. S. 4 before: ")
    assert "first in it: +" in chart["description"]
    with pytest.raises(DataError, match="no program"):
        diagnostics.program_course(the, "Nothing", win_rate)


def test_coaching_by_team():
    reps = pd.DataFrame({"rep_id": REPS, "team": ["North", "South"] * 20})
    given = sent(REPS[:10:2], "2026-08-01", kind="coaching")
    the = diagnosed(even(), given, reps=reps)
    found = diagnostics.coaching_cadence(the)
    assert found["team"].tolist() == ["South", "North", "All"]
    assert found["coached"].tolist() == [0.0, 0.25, 0.125]
    assert found["n"].tolist() == [20, 20, 40]
    assert found.loc[2, "low"] < 0.125 < found.loc[2, "high"]


def test_reviews_that_are_due():
    rows = {"action_id": ["a", "b", "c"], "rep_id": "r00", "action": "Call"}
    days = {"review_on": ["2026-08-01", "2026-09-01", "2027-01-01"]}
    actions = pd.DataFrame(rows | days | {"status": ["done", "open", "open"]})
    found = diagnostics.due_reviews(diagnosed(even(), actions=actions))
    assert found.tolist() == [2, 1]


def test_the_minimum_wage_of_card_and_krueger_as_a_course(require):
    root = os.environ.get("SPMKIT_VALIDATION_DATA")
    require(root, "SPMKIT_VALIDATION_DATA does not say where the published tables are")
    stores = pd.read_csv(Path(root) / "card-krueger.csv").dropna(subset=["fte"])
    cells = {"rep_id": stores["id"], "place": stores["d"], "numerator": stores["fte"]}
    told = pd.DataFrame(cells).assign(denominator=1.0, least=0)
    whole = stores["id"][stores["id"].duplicated()]
    jersey = stores.loc[stores["nj"] == 1, "id"].unique()
    sides = [tuple(whole[whole.isin(jersey) == flag]) for flag in (True, False)]
    found = wave_course(told, [Wave(1, *sides, (0,), (1,))]).iloc[-1]
    assert found["value"] == pytest.approx(2.75, abs=1e-6)
    assert (found["treated"], found["control"]) == (309, 75)


def test_the_period_in_which_a_wave_begins_is_on_neither_side():
    (wave,) = waves(pd.Series({"a": 4}), ["a", *range(20)], 8, parted=[4])
    assert (wave.before, wave.after) == ((0, 1, 2), (4, 5, 6, 7))
    assert moved_back(wave, 1).before == (0, 1)
    assert moved_back(wave, 1).after == (2,)
    (whole,) = waves(pd.Series({"a": 4}), ["a", *range(20)], 8)
    assert whole.before == (0, 1, 2, 3)
