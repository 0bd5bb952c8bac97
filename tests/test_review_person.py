"""A rep's page: every number re-computed by hand from the files, strengths only with evidence."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from specification import assert_stands_alone
from three_reps import NOW, QUOTAS, REPS, SALES, quotas, records, won

from spmkit import charts, review
from spmkit.data import DataError, open_data
from spmkit.reports import review_parts as parts

SAMPLE = Path(__file__).parents[1] / "datasets" / "sample"


def opened(**tables):
    own = {"reps": REPS, "opportunities": SALES, "quotas": QUOTAS}
    return open_data(own | tables, settings={"as_of": "2026-10-02"})


@pytest.fixture(scope="module")
def olsen():
    return review.open_person(open_data(SAMPLE), "2026Q3", "Rafael Olsen")


def read(name):
    with (SAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parquet(name):
    return pd.read_parquet(SAMPLE / f"{name}.parquet").to_dict("records")


def in_quarter(day):
    return date(2026, 7, 1) <= pd.Timestamp(day).date() <= date(2026, 9, 30)


def test_the_numbers_of_a_reps_page_by_plain_loops_over_the_files(olsen):
    me = next(row["rep_id"] for row in read("reps") if row["name"] == "Rafael Olsen")
    asked, version = 0.0, {}
    for row in read("quotas"):
        span = (row["period_start"], row["period_end"])
        if row["rep_id"] == me and span == NOW and row["level"] == "rep":
            key, at = (row["territory_id"], row["component"]), int(row["version"] or 0)
            if row["kind"] == "direct" and at >= version.get(key, (-1, 0))[0]:
                version[key] = (at, float(row["quota"]))
    asked = sum(quota for _, quota in version.values())

    deals = {row["opportunity_id"]: row for row in parquet("opportunities")}
    credits = [c for c in parquet("credits") if deals[c["opportunity_id"]]["outcome"] != "void"]
    split = {c["opportunity_id"] for c in credits if c["credit_type"] != "overlay"}
    mine = [
        c["amount"]
        for c in credits
        if c["rep_id"] == me and c["credit_type"] != "overlay" and in_quarter(c["credited_on"])
    ]
    mine += [
        deal["amount"]
        for deal in deals.values()
        if deal["outcome"] == "won"
        and deal["rep_id"] == me
        and deal["opportunity_id"] not in split
        and in_quarter(deal["closed_on"])
    ]
    closed = [
        deal
        for deal in deals.values()
        if deal["rep_id"] == me
        and deal["outcome"] in ("won", "lost", "no_decision")
        and deal["type"] != "renewal"
        and in_quarter(deal["closed_on"])
    ]
    wins = sum(deal["outcome"] == "won" for deal in closed)

    assert olsen.now["quota"] == pytest.approx(asked, abs=0.005)
    assert olsen.now["credited"] == pytest.approx(sum(mine), abs=0.005)
    assert olsen.now["attainment"] == pytest.approx(sum(mine) / asked)
    assert olsen.conversion["win_rate"] == pytest.approx(wins / len(closed))
    lines = review.credits_of(olsen)
    assert len(lines) == len(mine)
    assert lines["amount"].sum() == pytest.approx(sum(mine), abs=0.005)
    assert len(review.closings_of(olsen)) == len(closed)


def test_the_lines_add_up_to_what_the_page_says(olsen):
    assert review.credits_of(olsen)["amount"].sum() == pytest.approx(olsen.now["credited"])
    closings = review.closings_of(olsen)
    assert (closings["outcome"] == "won").mean() == pytest.approx(olsen.conversion["win_rate"])
    assert len(closings) == olsen.conversion["win_rate_n"]


def test_credits_say_what_is_shared_and_what_was_reversed_and_name_nobody():
    credits = pd.DataFrame(
        {
            "credit_id": ["c1", "c2", "c3"],
            "opportunity_id": ["o3", "o3", None],
            "rep_id": ["ada", "bo", "ada"],
            "amount": [40.0, 30.0, -5.0],
            "credited_on": "2026-07-11",
        }
    )
    person = review.open_person(opened(credits=credits), "2026Q3", "ada")
    lines = review.credits_of(person)
    told = records(lines, "opportunity_id", "kind", "amount")
    assert ("o3", "shared", 40.0) in told
    assert 30.0 not in lines["amount"].tolist()
    assert lines.loc[lines["amount"] == -5.0, "kind"].tolist() == ["reversal"]
    assert lines["amount"].sum() == person.now["credited"]


@pytest.mark.parametrize(
    ("rep", "said"), [("", "whose page"), ("Adda Byron", "Did you mean 'Ada Byron'")]
)
def test_whose_page_it_is_must_be_said_and_known(rep, said):
    with pytest.raises(DataError, match=said):
        review.open_person(opened(), "2026Q3", rep)


def test_a_rep_without_any_history_has_a_page():
    new = pd.concat([REPS, pd.DataFrame([{"rep_id": "dee", "name": "Dee", "region": "South"}])])
    person = review.open_person(opened(reps=new), "2026Q3", "dee")
    assert "no quota above 0" in str(parts.person_answer(person))
    assert review.credits_of(person).empty
    assert review.biggest_deals(person).empty
    assert review.quarters(person).empty
    course = review.open_course(person)
    assert any("cannot be told" in str(part) for part in parts.person_goals(course))
    assert any("No credit" in str(part) for part in parts.person_lines(course))
    assert any("Nothing with an amount" in str(part) for part in parts.person_closed(person))
    assert any("none shown" in str(part) for part in parts.person_growth(person))
    assert any("nothing measured of you" in str(part) for part in parts.person_growth(person))


def test_a_running_period_is_told_as_one():
    running = quotas(("ada", ("2026-10-01", "2026-12-31"), 100.0))
    given = {"quotas": pd.concat([QUOTAS, running])}
    sales = won(*SALES[["rep_id", "closed_on", "amount"]].itertuples(index=False, name=None))
    late = won(("ada", "2026-10-01", 25.0)).assign(opportunity_id="late")
    person = review.open_person(
        opened(opportunities=pd.concat([sales, late]), **given), "2026Q4", "ada"
    )
    assert "You are at <b>25" in str(parts.person_answer(person))
    assert "closed" not in str(parts.person_answer(person)).split("</p>")[0]


def test_the_year_adds_up_day_by_day():
    person = review.open_person(opened(), "2026Q3", "ada")
    days = review.year_so_far(review.open_course(person))
    known = days.dropna()
    assert [f"{day:%m-%d}" for day in (days["day"].iloc[0], days["day"].iloc[-1])] == [
        "01-01",
        "12-31",
    ]
    assert f"{known['day'].iloc[-1]:%m-%d}" == "09-30"
    assert known["quota"].iloc[-1] == 200.0
    assert known["credited"].iloc[-1] == 120.0 + 70.0 + 10.0
    assert known["credited"].is_monotonic_increasing
    before = days.loc[days["day"] == "2026-06-30"].iloc[0]
    assert (before["credited"], before["quota"]) == (120.0, 100.0)


def test_the_biggest_win_is_by_own_credit_and_the_loss_by_amount():
    sales = won(
        ("ada", "2026-07-11", 70.0), ("ada", "2026-07-12", 90.0), ("ada", "2026-07-13", 500)
    )
    deals = sales.assign(outcome=["won", "won", "lost"])
    split = pd.DataFrame(
        {
            "credit_id": ["c1", "c2"],
            "opportunity_id": "o2",
            "rep_id": ["ada", "bo"],
            "amount": [20.0, 70.0],
            "credited_on": "2026-07-12",
        }
    )
    person = review.open_person(opened(opportunities=deals, credits=split), "2026Q3", "ada")
    found = review.biggest_deals(person)
    assert records(found, "deal", "opportunity_id", "amount") == [
        ("biggest win", "o1", 70.0),
        ("biggest loss", "o3", 500.0),
    ]
    assert found["touches"].isna().all()  # no activities were given


def test_the_way_of_a_deal_through_its_stages(olsen):
    deals = review.biggest_deals(olsen)
    ways = review.deal_stages(olsen, deals)
    assert set(ways["deal"]) == {"biggest win", "biggest loss"}
    for deal, part in ways.groupby("deal"):
        took = deals.set_index("deal").loc[deal, "cycle_days"]
        assert part["days"].sum() == took
        assert (part["start"] <= part["end"]).all()
    shown = ways.assign(label=ways["deal"], won=ways["deal"] == "biggest win")
    assert_stands_alone(charts.stage_ways(shown, "The way", "Days").to_dict())


def test_the_price_of_the_biggest_deals_by_hand():
    sales = won(
        ("ada", "2026-07-11", 70.0), ("ada", "2026-07-12", 90.0), ("ada", "2026-07-13", 500)
    )
    deals = sales.assign(outcome=["won", "won", "lost"], list_amount=[70.0, 120.0, 400.0])
    person = review.open_person(opened(opportunities=deals), "2026Q3", "ada")
    found = review.biggest_deals(person)
    assert found["discount"].tolist() == pytest.approx([0.25, -0.25])  # 30 of 120; 100 above 400
    said = "\n".join(str(part) for part in parts.person_closed(person))
    assert "90 (25.0\xa0% below list price) after 30 days" in said
    assert "500 (25.0\xa0% above list price) after 30 days" in said


@pytest.mark.parametrize("listed", [None, 0.0])
def test_without_a_list_price_nothing_is_said_of_it(listed):
    deals = won(("ada", "2026-07-11", 70.0)).assign(list_amount=pd.Series([listed], dtype=float))
    person = review.open_person(opened(opportunities=deals), "2026Q3", "ada")
    assert review.biggest_deals(person)["discount"].isna().all()
    said = "\n".join(str(part) for part in parts.person_closed(person))
    assert "o1, 70 after 30 days" in said
    assert "list price" not in said


def test_the_reps_own_view_has_room_to_write():
    assert str(parts.own_view()).count("<p>") == 4
