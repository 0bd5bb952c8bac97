"""Where a gap or a change lies: parts worked by hand, which add up to the cent."""

from __future__ import annotations

import pandas as pd
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from specification import assert_stands_alone, rows
from three_reps import NOW, QUOTAS, REPS, SALES, opened, quotas, records, won

from spmkit import charts, narrative, review
from spmkit.reports import review_parts as parts

PEOPLE = REPS.assign(segment=["Large", "Small", "Small"], manager_id=["ada", "ada", "bo"])


def cents(amounts):
    return sum(round(amount * 100) for amount in amounts)


# Against quota


def test_the_parts_of_a_gap_by_hand():
    found = review.breakdown(opened(reps=PEOPLE))
    assert (found.kind, found.whole) == ("gap", 50.0)
    assert records(found.parts["region"], "group", "base", "value", "part", "along") == [
        ("South", 50.0, 10.0, 40.0, True),
        ("North", 150.0, 140.0, 10.0, True),
    ]
    assert records(found.parts["segment"], "group", "part") == [("Small", 30.0), ("Large", 20.0)]
    # Ada's and Bo's manager is Ada, Cy's is Bo: the same two groups as the regions.
    assert list(found.parts) == ["region", "segment"]


def test_a_group_above_quota_takes_from_the_gap():
    sales = won(("ada", "2026-07-11", 170.0), ("cy", "2026-07-12", 10.0))
    parts_of = review.breakdown(opened(opportunities=sales)).parts["region"]
    assert records(parts_of, "group", "part", "along") == [
        ("South", 40.0, True),
        ("North", -20.0, False),
    ]
    assert narrative.gap_title(parts_of, "region") == (
        "A gap of 20: South is 40 short, North 20 over"
    )


def test_lines_without_a_group_are_a_part_that_is_not_given():
    reps = REPS.assign(region=["North", "South", None])
    found = review.breakdown(opened(reps=reps))
    assert records(found.parts["region"], "group", "part") == [
        ("not given", 40.0),
        ("North", 20.0),
        ("South", -10.0),
    ]
    said = narrative.gap_title(found.parts["region"], "region")
    assert said == ("A gap of 50: those without a region are 40 short, the other 2 together 10")


def test_a_region_that_is_called_not_given_is_told_from_no_region():
    reps = REPS.assign(region=["North", "not given", None])
    named = review.breakdown(opened(reps=reps)).parts["region"]["group"].tolist()
    assert sorted(named) == ["North", "not given", "not given (not given)"]


def test_two_managers_of_one_name_stay_two():
    reps = REPS.assign(
        name=["Kim", "Kim", "Cy"], manager_id=["bo", "ada", "ada"], region=["N", "N", "N"]
    )
    found = review.breakdown(opened(reps=reps))
    assert sorted(found.parts["rep"]["group"]) == ["Cy", "Kim (ada)", "Kim (bo)"]


@pytest.mark.parametrize("region", ["North", None])
def test_a_company_of_one_region_is_broken_down_by_rep(region):
    found = review.breakdown(opened(reps=REPS.assign(region=region)))
    assert list(found.parts) == ["rep"]
    assert records(found.parts["rep"], "group", "part") == [
        ("Cy Ng", 40.0),
        ("Ada Byron", 20.0),
        ("Bo Diaz", -10.0),
    ]
    said = str(parts.where_details(opened(), found, review.by_group(opened(), "rep")))
    assert "By region" not in said


def test_credit_that_was_taken_back_makes_the_gap_larger():
    reversal = pd.DataFrame({"credit_id": ["c1"], "rep_id": "cy", "amount": [-30.0]})
    the = opened(credits=reversal.assign(credited_on="2026-08-01"))
    found = review.breakdown(the)
    assert records(found.parts["region"], "group", "value", "part")[0] == ("South", -20.0, 70.0)
    assert cents(found.parts["region"]["part"]) == cents([the.now["gap_to_quota"]])


def test_while_a_period_runs_the_parts_are_still_to_bring():
    the = opened("2026Q3", as_of="2026-08-15")
    found = review.breakdown(the)
    assert narrative.gap_title(found.parts["region"], "region", complete=False) == (
        "120 still to bring: North and South have 120 to go"
    )
    assert "2026Q3 is running" in review.product_change(the).reason


AMOUNT = st.sampled_from([-40.0, 0.01, 10.0, 33.33, 66.67, 1e7])
QUOTA = st.sampled_from([0.0, 0.01, 33.33, 100.0, 1e6 / 7])
REGION = st.sampled_from(["North", "South", "East", None])


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(REGION, REGION, QUOTA, AMOUNT), min_size=2, max_size=6))
def test_the_parts_add_up_to_the_cent_whatever_was_sold_and_whoever_moved(people):
    names = [f"r{number}" for number in range(len(people))]
    spells = pd.DataFrame(
        [
            (name, region, day, end)
            for name, (first, last, _, _) in zip(names, people, strict=True)
            for region, day, end in (
                (first, "2026-01-01", "2026-08-09"),
                (last, "2026-08-10", None),
            )
        ],
        columns=["rep_id", "region", "starts_on", "ends_on"],
    ).astype({"region": "str"})
    lines = [(name, NOW, quota) for name, (_, _, quota, _) in zip(names, people, strict=True)]
    credits = pd.DataFrame({"credit_id": names, "rep_id": names, "amount": [p[3] for p in people]})
    the = opened(
        "2026Q3",
        reps=pd.DataFrame({"rep_id": names}),
        rep_assignments=spells.assign(region=spells["region"].where(spells["region"].notna())),
        quotas=quotas(*lines),
        credits=credits.assign(credited_on="2026-08-01"),
    )
    found = review.breakdown(the)
    if not the.has_quotas:
        assert found.reason
        return
    for frame in found.parts.values():
        assert cents(frame["part"]) == cents([the.now["gap_to_quota"]])
        apart = frame["base"] - frame["value"] - frame["part"]
        assert apart.abs().max() <= 0.01 * len(frame) + 1e-6


# Against the period before


def test_without_quotas_the_change_on_the_period_before_is_broken_down():
    the = opened(quotas=None)
    found = review.breakdown(the)
    assert (found.kind, found.whole) == ("change", 0.0)
    assert records(found.parts["region"], "group", "part") == [("South", 10.0), ("North", -10.0)]
    title = narrative.change_title(found.parts["region"], "region", "2026Q2")
    assert title == "Credited sales are as in 2026Q2: +10 in South, −10 in North"


def test_without_a_period_before_one_line_says_so():
    found = review.breakdown(opened("2026Q2", quotas=None))
    assert found.parts == {}
    assert "There is no period before 2026Q2" in str(
        parts.where_chart(opened("2026Q2", quotas=None), found)
    )


def test_what_fell_stands_first_where_credit_fell():
    sales = won(("ada", "2026-04-10", 90.0), ("cy", "2026-04-10", 10.0), ("cy", "2026-07-10", 30.0))
    parts_of = review.breakdown(opened(opportunities=sales, quotas=None)).parts["region"]
    assert records(parts_of, "group", "base", "part", "along") == [
        ("North", 90.0, -90.0, True),
        ("South", 10.0, 20.0, False),
    ]


# What is drawn and said


def of_products(**changed):
    sold = SALES.assign(product=["A", "B", "A", None, "B", "A"])
    return opened(**({"opportunities": sold} | changed))


def test_at_most_twelve_parts_are_drawn_and_the_others_are_one():
    many = pd.DataFrame(
        {"group": [f"g{i}" for i in range(30)], "part": [30.0 - i for i in range(30)]}
    )
    many = many.assign(base=many["part"], value=0.0, along=True)
    shown = review.drawn_parts(many)
    assert len(shown) == 12
    assert shown.iloc[-1]["group"] == "19 others"
    assert shown["part"].sum() == many["part"].sum()
    assert review.drawn_parts(many.head(12)) is not shown
    assert len(review.drawn_parts(many.head(12))) == 12


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        (
            {"East": 60.0, "South": 40.0, "North": -10.0},
            "A gap of 90: East and South are 100 short",
        ),
        (
            {"East": 80.0, "South": 20.0, "North": -10.0},
            "East is 80 short, the other 2 together 10",
        ),
        ({"East": -60.0, "North": -10.0}, "70 above quota: no region is short"),
        ({"East": 60.0, "North": -60.0}, "Quota is met: East is 60 short, North 60 over"),
        ({"East": 60.0, "North": 0.0}, "A gap of 60: East is 60 short, North at quota"),
        ({"East": 60.0}, "A gap of 60: East is 60 short"),
        ({"East": 60.0, "North": -90.0}, "30 above quota: East is 60 short, North 90 over"),
    ],
)
def test_the_title_of_a_gap_adds_up(amounts, said):
    frame = pd.DataFrame({"group": [*amounts], "part": [*amounts.values()]})
    assert said in narrative.gap_title(frame, "region")


def test_at_most_three_are_named_however_small_they_are():
    frame = pd.DataFrame({"group": [*"abcdefghij"], "part": 10.0})
    assert narrative.gap_title(frame, "team") == (
        "A gap of 100: a, b and c are 30 short, the other 7 together 70"
    )


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ([(0.7, 0.9), (1.1, 1.2)], "Clear of quota: g0 below, g1 above"),
        ([(0.7, 1.0), (0.9, 1.2)], "No region is clear of quota"),
        ([(0.7, 0.9)] * 5, "Clear of quota: 5 regions below"),
        ([(None, None)] * 2, "Attainment by region: too few reps for an interval"),
    ],
)
def test_who_is_clear_of_quota_is_who_has_the_whole_interval_there(bounds, said):
    frame = pd.DataFrame(bounds, columns=["low", "high"], dtype="float64")
    groups = frame.assign(group=[f"g{number}" for number in range(len(bounds))])
    assert narrative.clear_title(groups, "region") == said


def test_the_section_says_the_others_folds_the_tables_and_asks_for_a_decision():
    the = of_products(reps=PEOPLE)
    found = review.breakdown(the)
    said = [str(part) for part in parts.where_details(the, found, review.by_group(the, "region"))]
    assert "By segment, Small and Large are 50 short." in said[0]
    assert "By product, credited sales are as in 2026Q2: +30 in B, −30 in the other 2" in said[0]
    assert "How it adds up, by region, segment, product" in said[1]
    assert said[1].count("<table") == 3
    assert [part.count("in figures") for part in said[2:4]] == [1, 1]
    assert "To decide" in said[4]


def test_the_chart_stands_alone_whatever_a_group_is_called():
    hostile = '</script><img src=x> "{name}" https'
    reps = REPS.assign(region=["North", hostile, "N" * 300])
    the = opened(reps=reps)
    spec = parts.where_chart(the, review.breakdown(the)).to_dict()
    assert_stands_alone(spec)
    assert {row["group"] for row in rows(spec)} == {"North", hostile, "N" * 300}
    assert "<svg" in vl_convert.vegalite_to_svg(spec)


def test_what_goes_against_the_whole_has_no_colour():
    frame = pd.DataFrame({"group": ["a", "b"], "part": [3.0, -1.0], "label": ["3", "1"]})
    spec = charts.contribution_bars(frame.assign(along=[True, False]), "T", "S").to_dict()
    colour = spec["layer"][0]["encoding"]["color"]
    assert colour["condition"]["test"] == "datum.along"
    assert [row["along"] for row in rows(spec)] == [True, False]


def test_quotas_of_zero_alone_are_no_quotas_to_break_down():
    found = review.breakdown(opened(quotas=QUOTAS.assign(quota=0.0)))
    assert found.kind == "change"
