"""Who works which account at the same time as whom, and who wins in whose territory."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import narwhals.stable.v2 as nw
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import days, staff, values

import spmkit as spm
from spmkit.data import DataError

OWNERS = ("account_id", "territory_id", "owners", "at_once")
DEALS = ("opportunity_id", "rep_id", "territory_id", "amount", "outside")
START, END = date(2026, 7, 1), date(2026, 9, 30)  # 2026Q3; as_of is 2 October
LIES_IN = {"a0": "t1", "a1": "t1", "a2": "t2", "a3": None}
ACCOUNTS = pd.DataFrame({"account_id": list(LIES_IN), "territory_id": list(LIES_IN.values())})


def deals(*rows):
    """Opportunities of (account, rep, created, closed, outcome), named o00, o01, …"""
    found = pd.DataFrame(rows, columns=["account_id", "rep_id", "created", "closed", "outcome"])
    found[["account_id", "rep_id"]] = found[["account_id", "rep_id"]].astype("string")
    dated = {f"{name}_on": pd.to_datetime(found.pop(name)) for name in ("created", "closed")}
    names = [f"o{n:02}" for n in range(len(rows))]
    return found.assign(opportunity_id=names, amount=1.0, **dated)


def spells(*rows):
    """Assignments of (territory, rep, first day, last day)."""
    found = pd.DataFrame(rows, columns=["territory_id", "rep_id", "starts_on", "ends_on"])
    ends = pd.to_datetime(found["ends_on"])
    return found.assign(starts_on=pd.to_datetime(found["starts_on"]), ends_on=ends, share=0.5)


def collected(native, by):
    found = nw.from_native(native).lazy().collect("pandas").to_native()
    return found.sort_values(by, ignore_index=True)


def owners(data, **options):
    return values(collected(spm.account_owners(data, "2026Q3", **options), "account_id"), *OWNERS)


def judged(data, **options):
    return collected(spm.territory_deals(data, "2026Q3", **options), "opportunity_id")


WORKED = deals(
    ("a0", "ada", "2026-05-01", None, "open"),
    ("a0", "bo", "2026-08-01", "2026-08-20", "lost"),
    ("a1", "ada", "2026-06-01", "2026-08-10", "won"),  # handed over on 10 August
    ("a1", "bo", "2026-08-10", None, "open"),
    ("a2", "ada", "2026-07-05", "2026-07-10", "won"),  # from the first to the last of her own
    ("a2", "ada", "2026-08-20", "2026-09-01", "lost"),
    ("a2", "bo", "2026-07-20", "2026-07-25", "no_decision"),
    ("a3", "bo", "2026-01-01", "2026-06-30", "lost"),  # over before the quarter
    ("a3", "ada", "2026-06-01", None, "open"),
    ("a3", "ada", "2026-07-01", "2026-07-02", "won"),
    ("a3", "cy", "2026-10-01", None, "open"),  # not begun in it
    ("a3", "cy", "2026-07-01", "2026-08-01", "void"),
    ("elsewhere", "eve", "2026-09-30", None, "open"),
    ("elsewhere", "di", "2026-06-01", "2026-07-01", "lost"),
    ("elsewhere", "cy", None, "2026-08-01", "lost"),  # nobody knows since when
    (None, "ada", "2026-07-01", None, "open"),
    ("nobody's", None, "2026-07-01", None, "open"),
)
EXPECTED = [
    ["a0", "t1", 2, True],
    ["a1", "t1", 2, False],
    ["a2", "t2", 2, True],
    ["a3", None, 1, False],
    ["elsewhere", None, 2, False],
]


OVERLAY = pd.DataFrame(  # di has overlay quotas only, bo both kinds
    {
        "rep_id": ["di", "bo", "bo", "ada"],
        "period_start": days(*["2026-07-01", "2026-07-01", "2026-04-01", "2026-07-01"]),
        "quota": 9.0,
        "kind": ["overlay", "overlay", "direct", None],
    }
)


def test_owners_found_by_hand():
    data = staff(opportunities=WORKED, accounts=ACCOUNTS)
    assert owners(data) == EXPECTED
    lines = spm.account_owners(data, "2026Q3")
    found = spm.measure(lines, spm.account_overlap, confidence=0.95).iloc[0]
    assert found["account_overlap"] == pytest.approx(2 / 5)
    assert 0 < found["account_overlap_low"] < 0.4 < found["account_overlap_high"] < 1


def test_every_engine_gives_the_owners_without_those_who_help(engine):
    data = staff(engine, opportunities=WORKED, accounts=ACCOUNTS, quotas=OVERLAY)
    assert owners(data) == [*EXPECTED[:-1], ["elsewhere", None, 1, False]]
    native = spm.account_owners(data, "2026Q3", overlay_roles=["Manager"])  # eve is one
    assert values(collected(native, "account_id"), *OWNERS) == EXPECTED[:-1]
    assert spm.measure(native, spm.account_overlap)["account_overlap"].tolist() == [2 / 4]


def test_a_day_at_either_end_of_the_quarter_is_at_once_unless_it_is_a_hand_over():
    edges = deals(
        ("a0", "ada", "2026-05-01", "2026-07-01", "won"),
        ("a0", "bo", "2026-06-01", None, "open"),
        ("a1", "ada", "2026-05-01", None, "open"),
        ("a1", "bo", "2026-09-30", None, "open"),
        ("a2", "ada", "2026-05-01", "2026-07-01", "won"),
        ("a2", "bo", "2026-07-01", None, "open"),
        ("a3", "ada", "2026-05-01", "2026-08-01", "lost"),
        ("a3", "bo", "2026-07-05", "2026-07-05", "won"),
    )
    found = owners(staff(accounts=ACCOUNTS, opportunities=edges))
    assert [at_once for *_, at_once in found] == [True, True, False, True]


def test_an_opportunity_that_closed_before_it_was_created_has_no_owner():
    turned = deals(
        ("a0", "ada", "2026-08-10", "2026-08-01", "won"), ("a0", "bo", "2026-07-01", None, "open")
    )
    assert owners(staff(opportunities=turned)) == [["a0", None, 1, False]]


def test_who_once_had_an_overlay_role_is_left_out():
    once = pd.DataFrame({"rep_id": ["bo"], "starts_on": days("2020-01-01"), "role": ["Guide"]})
    data = staff(opportunities=WORKED, accounts=ACCOUNTS, rep_assignments=once)
    assert [row[2] for row in owners(data, overlay_roles=("Guide",))] == [1, 1, 1, 1, 2]


def test_people_whom_reps_does_not_know_are_one_owner():
    strange = deals(*[("a0", who, "2026-06-01", None, "open") for who in ("Zed", "Yara")])
    assert owners(staff(opportunities=strange)) == [["a0", None, 1, False]]


def test_accounts_that_nobody_worked_give_no_share():
    none = spm.account_owners(staff(accounts=ACCOUNTS, opportunities=WORKED), "2024Q3")
    found = spm.measure(none, spm.account_overlap).iloc[0]
    assert pd.isna(found["account_overlap"])
    assert found["account_overlap_status"] == "undefined: no rows"


HELD = spells(
    ("t1", "ada", "2026-01-01", None),
    ("t1", "ada", "2026-03-01", "2026-08-15"),  # once more, over the first
    ("t2", "ada", "2026-01-01", "2026-07-31"),
    ("t2", "bo", "2026-08-01", None),
    ("t2", "cy", "2026-08-01", None),  # bo and cy share it
    ("t1", "Zed", "2026-01-01", None),
)
WON = deals(
    ("a0", "ada", None, "2026-07-01", "won"),
    ("a2", "ada", None, "2026-07-31", "won"),
    ("a2", "ada", None, "2026-08-01", "won"),
    ("a2", "bo", None, "2026-07-31", "won"),  # he held nothing then
    ("a2", "bo", None, "2026-08-01", "won"),
    ("a2", "cy", None, "2026-09-30", "won"),
    ("a1", "bo", None, "2026-08-20", "won"),
    ("a3", "ada", None, "2026-08-20", "won"),  # an account without a territory
    ("elsewhere", "ada", None, "2026-08-20", "won"),
    (None, "ada", None, "2026-08-20", "won"),
    ("a0", "Yara", None, "2026-08-20", "won"),  # Zed's territory is not hers
    ("a0", None, None, "2026-08-20", "won"),
    ("a0", "ada", None, "2026-08-20", "lost"),
    ("a0", "ada", None, "2026-06-30", "won"),
).assign(amount=[-5.0, None, *[1.0] * 12])
JUDGED = [
    ["o00", "ada", "t1", -5.0, False],
    ["o01", "ada", "t2", None, False],
    ["o02", "ada", "t2", 1.0, True],
    ["o03", "bo", "t2", 1.0, None],
    ["o04", "bo", "t2", 1.0, False],
    ["o05", "cy", "t2", 1.0, False],
    ["o06", "bo", "t1", 1.0, True],
    ["o07", "ada", None, 1.0, None],
    ["o08", "ada", None, 1.0, None],
    ["o09", "ada", None, 1.0, None],
    ["o10", "not in reps", "t1", 1.0, None],
]


def test_every_engine_gives_the_deals_judged_by_hand(engine):
    data = staff(engine, opportunities=WON, accounts=ACCOUNTS, territory_assignments=HELD)
    found = judged(data)
    assert values(found, *DEALS) == JUDGED
    assert [str(day)[:10] for day in found["closed_on"][1:3]] == ["2026-07-31", "2026-08-01"]
    share = spm.measure(spm.territory_deals(data, "2026Q3"), spm.out_of_territory_share).iloc[0]
    assert share[["out_of_territory_share", "out_of_territory_share_n"]].tolist() == [2 / 6, 6]
    without = judged(data, overlay_roles=["Manager", "AE"])
    assert values(without, *DEALS) == [JUDGED[-1]]  # of whom no role is known


def test_a_deal_that_cannot_be_judged_is_in_no_share():
    unknown = pd.DataFrame({"outside": pd.array([None, None], dtype="boolean")})
    found = spm.measure(unknown, spm.out_of_territory_share).iloc[0]
    assert pd.isna(found["out_of_territory_share"])
    sure = spm.measure(unknown.fillna(False), spm.out_of_territory_share, confidence=0.95).iloc[0]
    assert sure["out_of_territory_share"] == 0
    assert 0.6 < sure["out_of_territory_share_high"] < 0.7  # of two nothing is sure


def test_without_what_it_needs_it_says_what_is_missing():
    with pytest.raises(DataError, match="unavailable: needs territory_assignments"):
        spm.territory_deals(staff(accounts=ACCOUNTS))
    with pytest.raises(DataError, match=r"unavailable: needs accounts\. "):
        spm.territory_deals(staff(territory_assignments=HELD))
    with pytest.raises(DataError, match=r"unavailable: needs accounts\.territory_id"):
        spm.territory_deals(staff(territory_assignments=HELD, accounts=ACCOUNTS[["account_id"]]))
    for column in ("account_id", "created_on"):
        with pytest.raises(DataError, match=f"unavailable: needs opportunities.{column}"):
            spm.account_owners(staff(opportunities=WORKED.drop(columns=column)))


POLARS = settings(max_examples=12, deadline=None, derandomize=True)
DAYS = st.sampled_from(
    [START - timedelta(1), START, START + timedelta(1), date(2026, 8, 5), END, END + timedelta(1)]
)
REPS = st.sampled_from(["ada", "ada", "bo", "cy", None])
PLACES = st.sampled_from([*LIES_IN, "elsewhere", None])
ROWS = st.lists(
    st.tuples(PLACES, REPS, st.none() | DAYS, DAYS, st.sampled_from(["open", "won", "void"])).map(
        lambda row: (*row[:3], None if row[4] == "open" else row[3], row[4])
    ),
    min_size=4,
    max_size=16,
)
SPELLS = st.lists(
    st.tuples(
        st.sampled_from(["t1", "t2"]), st.sampled_from(["ada", "bo"]), DAYS, st.none() | DAYS
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda spell: spell[:3],
)


def shuffled(random, **tables):
    """The first row twice, in another order; on Polars, which opens three times as fast."""
    twice = {
        name: pd.concat([rows, rows.head(1)]).sample(frac=1, random_state=random.randrange(99))
        for name, rows in tables.items()
    }
    return staff(pytest.importorskip("polars").from_pandas, **twice)


def stretch(rows, account, rep):
    """From when to when a rep was active there, by the own opportunities open in the quarter."""
    found = [
        (created, closed or date.max)
        for place, who, created, closed, outcome in rows
        if (place, who) == (account, rep) and created and outcome != "void"
    ]
    own = [(a, b) for a, b in found if a <= b and a <= END and b >= START]
    return (min(a for a, _ in own), max(b for _, b in own)) if own else None


def meet(one, other):
    """Look at every day of the quarter; to end where the other begins is a hand-over."""
    quarter = [START + timedelta(n) for n in range((END - START).days + 1)]
    shared = any(one[0] <= day <= one[1] and other[0] <= day <= other[1] for day in quarter)
    return shared and one[1] != other[0] and other[1] != one[0]


@POLARS
@given(ROWS, st.randoms(use_true_random=False))
def test_random_owners_against_plain_loops(rows, random):
    expected = []
    for account in sorted({row[0] for row in rows if row[0]}):
        found = [stretch(rows, account, rep) for rep in ("ada", "bo", "cy")]
        own = [span for span in found if span]
        at_once = any(meet(*pair) for pair in combinations(own, 2))
        expected += [[account, LIES_IN.get(account), len(own), at_once]] if own else []
    assert owners(shuffled(random, accounts=ACCOUNTS, opportunities=deals(*rows))) == expected


def slow_outside(account, rep, day, held):
    territory = LIES_IN.get(account)
    own = [t for t, who, first, last in held if who == rep and first <= day <= (last or date.max)]
    return territory not in own if territory and own else None


@POLARS
@given(ROWS, SPELLS, st.randoms(use_true_random=False))
def test_random_deals_against_plain_loops(rows, held, random):
    expected = [
        [f"o{n:02}", slow_outside(account, rep, closed, held)]
        for n, (account, rep, _, closed, outcome) in enumerate(rows)
        if outcome == "won" and rep and START <= closed <= END
    ]
    tables = {"accounts": ACCOUNTS, "opportunities": deals(*rows)}
    data = shuffled(random, territory_assignments=spells(*held), **tables)
    assert values(judged(data), "opportunity_id", "outside") == expected
