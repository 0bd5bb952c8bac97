"""A rep's place among the peers, by hand: quartiles alone, and no place where none can be told."""

from __future__ import annotations

import pandas as pd
import pytest
from specification import assert_stands_alone, fields, marks, rows
from three_reps import NOW, QUOTAS, REPS, SALES, quotas, records, won

from spmkit import review
from spmkit.data import open_data
from spmkit.reports import review_parts as parts


def opened(**tables):
    own = {"reps": REPS, "opportunities": SALES, "quotas": QUOTAS}
    return open_data(own | tables, settings={"as_of": "2026-10-02"})


def closings(rep, wins, losses):
    days = [f"2026-07-{1 + n % 28:02}" for n in range(wins + losses)]
    deals = won(*[(rep, day, 100.0) for day in days])
    ids = [f"{rep}-{n}" for n in range(len(deals))]
    return deals.assign(opportunity_id=ids, outcome=["won"] * wins + ["lost"] * losses)


def eight():
    """Two of eight are far from the others, one on each side."""
    people = [f"p{n}" for n in range(8)]
    reps = pd.DataFrame({"rep_id": people, "name": people, "role": "AE"})
    spread = [(18, 22), (19, 21), (21, 19), (20, 20), (22, 18), (20, 20), (37, 3), (3, 37)]
    deals = pd.concat(
        [closings(one, *won_lost) for one, won_lost in zip(people, spread, strict=True)]
    )
    lines = quotas(*[(one, NOW, 1000.0) for one in people])
    return opened(reps=reps, opportunities=deals, quotas=lines)


def strengths_and_areas(person):
    places, _ = review.peer_places(person)
    return review.strengths_and_areas(person, places)


def test_strengths_and_areas_are_shown_only_where_the_evidence_holds():
    data = eight()
    strong, weak = strengths_and_areas(review.open_person(data, "2026Q3", "p6"))
    assert (strong["metric"].tolist(), len(weak)) == (["win_rate"], 0)
    strong, weak = strengths_and_areas(review.open_person(data, "2026Q3", "p7"))
    assert (len(strong), weak["metric"].tolist()) == (0, ["win_rate"])
    row = weak.iloc[0]
    assert row["worth"] == pytest.approx((row["median"] - row["shown"]) * 40 * 100.0)
    strong, weak = strengths_and_areas(review.open_person(data, "2026Q3", "p0"))
    assert len(strong) == len(weak) == 0


def test_without_five_peers_nothing_is_compared():
    data = opened(opportunities=pd.concat([closings("ada", 38, 2), closings("bo", 2, 38)]))
    person = review.open_person(data, "2026Q3", "ada")
    assert [len(found) for found in strengths_and_areas(person)] == [0, 0]
    places, _ = review.peer_places(person)
    told = dict(records(places, "metric", "untold"))
    assert told == {"win_rate": "peers", "deal_size": "peers", "attainment": "peers"}
    growth = parts.person_growth(person)
    assert not any(hasattr(part, "to_dict") for part in growth)
    assert any("fewer than five peers can be compared: win rate" in str(p) for p in growth)


ROW = {"metric": "win_rate", "shown": 0.5, "n": 40, "enough": True, "mark": "▲"} | {
    "low": 0.3,
    "median": 0.4,
    "high": 0.5,
    "peers": 9,
}


def placed(**changed):
    return review.placed(pd.DataFrame([ROW | changed])).iloc[0]


@pytest.mark.parametrize(
    ("changed", "verdict", "expected"),
    [
        ({}, "better", (-0.5, 0.5, 0.5)),
        ({"shown": 0.35, "mark": ""}, "", (-0.5, 0.5, -0.25)),
        # Where lower is better, the good side is right: the quartiles change sides too.
        ({"metric": "untouched", "low": 0.38}, "worse", (-0.1 / 0.12, 0.02 / 0.12, -0.1 / 0.12)),
        ({"metric": "untouched", "shown": 0.3, "mark": "▼"}, "better", (-0.5, 0.5, 0.5)),
        # Two figures may put the median on a quartile.
        ({"high": 0.4, "shown": 0.4, "mark": ""}, "", (-1.0, 0.0, 0.0)),
    ],
)
def test_the_place_on_the_middle_half_by_hand(changed, verdict, expected):
    row = placed(**changed)
    assert (row["verdict"], row["untold"]) == (verdict, "")
    assert (row["start"], row["end"], row["at"]) == pytest.approx(expected)


def test_what_lies_far_out_is_placed_at_the_edge_and_says_so():
    row = placed(shown=0.95)  # 2.75 middle halves above the median
    assert (row["at"], row["beyond"]) == (review.FURTHEST, True)
    row = placed(shown=0.65)  # 1.25
    assert (row["at"], row["beyond"]) == (pytest.approx(1.25), False)


@pytest.mark.parametrize(
    ("changed", "untold"),
    [
        ({"shown": None, "enough": False, "mark": ""}, "unmeasured"),
        ({"enough": False, "mark": ""}, "cases"),
        ({"low": None, "median": None, "high": None, "peers": 4, "mark": ""}, "peers"),
        ({"low": 0.4, "high": 0.4}, "width"),
    ],
)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_what_cannot_be_placed_says_why_and_has_no_place(changed, untold):
    row = placed(**changed)
    assert row["untold"] == untold
    assert row[["start", "end", "at"]].isna().all()
    assert not row["beyond"]


def test_of_no_metric_there_are_no_places():
    none = review.placed(pd.DataFrame([ROW]).iloc[:0])
    assert none.empty
    assert {"start", "end", "at", "beyond", "untold", "verdict"} <= set(none)


def test_a_finding_that_cannot_be_drawn_is_still_a_finding():
    assert placed(low=0.4, high=0.4)["verdict"] == "better"


def test_the_places_are_of_the_own_values_and_of_the_others_quartiles():
    data = eight()
    person = review.open_person(data, "2026Q3", "p6")
    places, _ = review.peer_places(person)
    assert places["metric"].tolist() == ["win_rate", "deal_size", "attainment"]
    row = places.set_index("metric").loc["win_rate"]
    scores, _ = review.scorecard(person.company)
    others = scores[(scores["metric"] == "win_rate") & (scores["rep_id"] != "p6")]
    assert {name: row[name] for name in ("low", "median", "high", "peers")} == (
        review.peer_quartiles(others["shown"])
    )
    assert row["peers"] == 7
    assert (row["verdict"], row["beyond"]) == ("better", True)
    # Every deal is of 100: no width to place a deal's size on.
    assert places.set_index("metric").loc["deal_size", "untold"] == "width"


def test_the_chart_of_places_says_the_finding_and_holds_nobody_else():
    growth = parts.person_growth(review.open_person(eight(), "2026Q3", "p7"))
    (chart,) = [part for part in growth if hasattr(part, "to_dict")]
    spec = chart.to_dict()
    assert_stands_alone(spec)
    assert marks(spec) == ["bar", "tick", "point", "text"]
    assert spec["title"]["text"] == "Win rate: surely below the median of 7 peers"
    assert fields(spec, "point") == {
        "x": "at",
        "y": "label",
        "color": "verdict",
        "shape": "scale",
        "detail": "peers",
    }
    found = rows(spec)
    assert len(found) == 2  # win rate and attainment: a row a metric, none a peer
    assert [(row["verdict"], row["scale"]) for row in found] == [
        ("worse", "further left"),
        ("cannot be told", "further left"),
    ]
    said = "\n".join(str(part) for part in growth)
    assert "the middle half of peers is one number to two figures: deal won 100 (n 3)" not in said
    assert "too few cases: deal won 100 (n 3 of 10 needed)" in said
    assert said.count("none shown") == 1  # of strengths


def test_where_nothing_is_sure_one_line_stands_for_both():
    growth = parts.person_growth(review.open_person(eight(), "2026Q3", "p0"))
    said = "\n".join(str(part) for part in growth if not hasattr(part, "to_dict"))
    assert said.count("none shown") == 1
    assert "Strengths and areas to grow: none shown" in said


@pytest.mark.parametrize("unit", [0.001, 100.0, 25_000.0])
def test_a_place_has_no_unit(unit):
    values = {name: ROW[name] * unit for name in ("shown", "low", "median", "high")}
    row, before = placed(**values), placed()
    assert row[["start", "end", "at"]].tolist() == pytest.approx(
        before[["start", "end", "at"]].tolist()
    )
