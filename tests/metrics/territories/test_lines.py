"""What lies in each territory, what it sold there, and the hours it took."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff import staff, values

import spmkit as spm
from spmkit.data import DataError

COLUMNS = ("territory_id", "accounts", "potential", "sales", "won", "workload")
START, END = "2026-07-01", "2026-09-30"


MOMENT = "datetime64[us]"


def frame(key, rows, **kinds):
    """Rows with a key of its first letter and their number; an empty column keeps its kind."""
    found = pd.DataFrame(rows, columns=list(kinds))
    names = pd.Series([f"{key[0]}{n}" for n in range(len(rows))], dtype="string")
    moments = {n: pd.to_datetime(found[n], format="ISO8601") for n in kinds if kinds[n] == MOMENT}
    return found.assign(**moments).astype(kinds).assign(**{key: names})


def accounts(*rows):
    """Accounts of (territory, potential, churned), named a0, a1, …"""
    kinds = {"territory_id": "string", "potential": "float64", "churned_on": MOMENT}
    return frame("account_id", rows, **kinds)


def deals(*rows):
    """Opportunities of (account, closed, amount, outcome), named o0, o1, …; one open besides."""
    kinds = {"account_id": "string", "closed_on": MOMENT, "amount": "float64", "outcome": "string"}
    given_rows = [*rows, (None, None, 1.0, "open")]
    return frame("opportunity_id", given_rows, **kinds).assign(rep_id="ada")


def activities(*rows):
    """Activities of (account, opportunity, moment, status, minutes)."""
    kinds = dict.fromkeys(("account_id", "opportunity_id"), "string") | {"started_at": MOMENT}
    kinds |= {"status": "string", "minutes": "float64"}
    return frame("activity_id", rows, **kinds).assign(rep_id="ada")


def lined(data, period="2026Q3"):
    return collected(spm.territory_lines(data, period))


def collected(native):
    found = nw.from_native(native).lazy().collect("pandas").to_native()
    return found.sort_values("territory_id", ignore_index=True)


TABLES = {
    "accounts": accounts(
        ("t1", 100.0, None),
        ("t1", None, None),
        ("t2", 50.0, "2026-07-01"),  # the first day of the quarter: still there
        ("t2", 70.0, "2026-06-30"),  # gone before it
        (None, 30.0, None),
        ("t3", 20.0, None),
    ),
    "opportunities": deals(
        ("a0", "2026-07-01", 60.0, "won"),
        ("a1", "2026-09-30", -10.0, "won"),
        ("a3", "2026-08-01", 40.0, "won"),
        ("a4", "2026-08-01", 7.0, "won"),
        (None, "2026-08-01", 3.0, "won"),
        ("elsewhere", "2026-08-01", 5.0, "won"),
        ("a5", "2026-08-01", None, "won"),
        ("a0", "2026-06-30", 900.0, "won"),
        ("a0", "2026-08-01", 900.0, "lost"),
    ),
    "activities": activities(
        ("a0", None, "2026-07-01", "held", 60.0),
        ("a1", None, "2026-09-30 23:59", None, 30.0),
        (None, "o0", "2026-08-03", "held", 15.0),  # of a0's opportunity
        ("a0", None, "2026-08-03", "cancelled", 600.0),
        ("a0", None, "2026-08-03", "no_show", 600.0),
        ("a0", None, "2026-06-30 23:59", "held", 600.0),
        ("a2", None, "2026-08-03", "held", None),
        (None, None, "2026-08-03", "held", 45.0),
    ),
}
EXPECTED = [
    ["t1", 2, 100.0, 60.0 - 10.0, 2, (60 + 30 + 15) / 60],
    ["t2", 1, 50.0, 40.0, 1, None],  # sold to who has left since; how long it took is not known
    ["t3", 1, 20.0, None, 1, None],  # won, for nobody knows how much
    [None, 1, 30.0, 7.0 + 3.0 + 5.0, 3, 45 / 60],
]


def test_every_engine_gives_the_table_made_by_hand(engine):
    native = spm.territory_lines(staff(engine, **TABLES), "2026Q3")
    found = collected(native)
    assert values(found, *COLUMNS) == EXPECTED
    assert set(found["period"]) == {"2026Q3"}
    measured = spm.measure(native, [spm.territory_potential, spm.penetration]).iloc[0]
    assert measured["territory_potential"] == 200.0
    # t3 sold nobody knows how much, so neither its sales nor its potential count.
    assert measured["penetration"] == pytest.approx((50 + 40 + 15) / (100 + 50 + 30))


def test_the_default_is_the_last_complete_quarter():
    assert values(lined(staff(**TABLES), None), *COLUMNS) == EXPECTED


def test_without_activities_no_workload_is_known():
    without = {name: rows for name, rows in TABLES.items() if name != "activities"}
    found = lined(staff(**without))
    assert found["workload"].isna().all()
    assert values(found, *COLUMNS[:-1]) == [row[:-1] for row in EXPECTED]


def test_a_quarter_in_which_nothing_happened_sold_nothing_and_has_its_accounts():
    found = lined(staff(accounts=TABLES["accounts"]))
    assert values(found, *COLUMNS) == [
        ["t1", 2, 100.0, 0.0, 0, None],
        ["t2", 1, 50.0, 0.0, 0, None],
        ["t3", 1, 20.0, 0.0, 0, None],
        [None, 1, 30.0, 0.0, 0, None],
    ]


def test_what_is_scheduled_has_taken_no_time_yet():
    calls = activities(  # as_of is 2 October
        ("a0", None, "2026-10-02 23:00", None, 60.0),
        ("a0", None, "2026-10-03", None, 60.0),
        ("a0", None, "2026-10-03", "held", 60.0),
    )
    found = lined(staff(accounts=accounts(("t1", 1.0, None)), activities=calls), "2026Q4")
    assert found["workload"].tolist() == [1.0]


def test_minutes_below_zero_are_not_known():
    calls = activities(
        ("a0", None, "2026-08-03", "held", -60.0),
        ("a0", None, "2026-08-03", "held", 30.0),
        ("a1", None, "2026-08-03", "held", -60.0),
    )
    both = accounts(("t1", 1.0, None), ("t2", 1.0, None))
    assert values(lined(staff(accounts=both, activities=calls)), "workload") == [[0.5], [None]]


def test_a_territory_whose_accounts_have_all_left_has_no_row():
    gone = accounts(("t1", 1.0, "2026-06-30"), ("t2", 1.0, None))
    assert lined(staff(accounts=gone))["territory_id"].tolist() == ["t2"]


def test_accounts_of_which_none_has_a_territory_are_one_row():
    found = lined(staff(accounts=accounts((None, 5.0, None), (None, None, None))))
    assert values(found, *COLUMNS) == [[None, 2, 5.0, 0.0, 0, None]]


def test_amounts_are_in_the_reporting_currency():
    sold = TABLES["opportunities"].assign(currency=["EUR", "USD", *[None] * 8])
    rate = pd.DataFrame({"currency": ["EUR"], "rate": [1.1]})
    data = staff(settings={"currency": "USD"}, fx=rate, **TABLES | {"opportunities": sold})
    assert lined(data)["sales"][0] == pytest.approx(60 * 1.1 - 10)
    with pytest.raises(DataError, match="no reporting currency"):
        lined(staff(**TABLES | {"opportunities": sold}))


def test_without_accounts_or_their_territories_it_says_what_is_missing():
    with pytest.raises(DataError, match=r"unavailable: needs accounts\. "):
        spm.territory_lines(staff())
    bare = TABLES["accounts"].drop(columns="territory_id")
    with pytest.raises(DataError, match=r"unavailable: needs accounts\.territory_id"):
        spm.territory_lines(staff(accounts=bare))


def test_potential_that_nobody_knows_is_null_and_none_is_zero():
    lines = pd.DataFrame(
        {
            "territory_id": ["known", "known", "none", "unknown"],
            "potential": [300.0, None, 0.0, None],
            "sales": [60.0, 900.0, 5.0, 5.0],
        }
    )
    found = spm.measure(lines, [spm.territory_potential, spm.penetration], by="territory_id")
    assert values(found, "territory_potential", "penetration") == [
        [300.0, 60 / 300],  # the 900 have no potential beside them
        [0.0, None],
        [None, None],
    ]
    assert found["penetration_status"].tolist() == [
        "ok",
        "undefined: zero denominator",
        "undefined: no rows",
    ]


def test_what_is_bought_without_any_potential_shows_in_the_sum():
    lines = pd.DataFrame({"sales": [30.0, 20.0, -10.0], "potential": [100.0, 0.0, 0.0]})
    assert spm.measure(lines, spm.penetration)["penetration"].tolist() == [0.4]


EDGES = st.sampled_from(["2026-06-30", START, "2026-08-05", END, "2026-10-01"])
NAMES = st.sampled_from(["a0", "a1", "a2", "a3", "elsewhere", None])
MONEY = st.one_of(st.none(), st.integers(-2, 9).map(lambda n: n * 12.5))
ACCOUNTS = st.tuples(st.sampled_from(["t1", "t2", "t3", None]), MONEY, st.none() | EDGES)
DEALS = st.tuples(NAMES, EDGES, MONEY, st.sampled_from(["won", "won", "lost"]))
CALLS = st.tuples(
    NAMES,
    st.sampled_from(["o0", "o1", "o9", None]),
    EDGES.map(lambda day: f"{day} 23:30"),
    st.sampled_from(["held", "no_show", None]),
    st.one_of(st.none(), st.integers(-1, 4).map(lambda n: n * 30.0)),
)


def accounts_there(rows):
    for territory, potential, churned in rows:
        if churned is None or churned >= START:
            yield territory, "potentials", potential


def deals_won(rows, lies_in):
    for account, day, amount, outcome in rows:
        if outcome == "won" and START <= day <= END:
            yield lies_in.get(account), "amounts", amount


def hours_spent(rows, lies_in, of_deal):
    for account, deal, moment, status, minutes in rows:
        if START <= moment[:10] <= END and status != "no_show":
            known = minutes is not None and minutes >= 0
            place = lies_in.get(account or of_deal.get(deal))
            yield place, "hours", minutes / 60 if known else None


def slow(accounts_, deals_, calls):
    """The rows of plain loops, one fact after another."""
    lies_in = {f"a{n}": territory for n, (territory, *_) in enumerate(accounts_)}
    of_deal = {f"o{n}": account for n, (account, *_) in enumerate(deals_)}
    facts = [
        *accounts_there(accounts_),
        *deals_won(deals_, lies_in),
        *hours_spent(calls, lies_in, of_deal),
    ]
    named = sorted({name for name, *_ in facts if name is not None})
    every = [*named, None] if None in [name for name, *_ in facts] else named
    return [slow_row(name, [fact for fact in facts if fact[0] == name]) for name in every]


def slow_row(name, facts):
    kinds = ("potentials", "amounts", "hours")
    potentials, amounts, hours = ([v for _, kind, v in facts if kind == k] for k in kinds)
    sales = summed(amounts) if amounts else 0.0
    return [name, len(potentials), summed(potentials), sales, len(amounts), summed(hours)]


def summed(found):
    known = [value for value in found if value is not None]
    return sum(known) if known else None


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    st.lists(ACCOUNTS, max_size=6),
    st.lists(DEALS, min_size=3, max_size=14),
    st.lists(CALLS, max_size=12),
    st.randoms(use_true_random=False),
)
def test_random_tables_against_plain_loops(accounts_, deals_, calls, random):
    frames = {"accounts": accounts(*accounts_), "opportunities": deals(*deals_)}
    frames |= {"activities": activities(*calls)} if calls else {}
    # A row that is there twice, and another order of rows, change nothing.
    twice = {
        name: pd.concat([rows, rows.head(1)]).sample(frac=1, random_state=random.randrange(99))
        for name, rows in frames.items()
    }
    # Polars, since opening through DuckDB takes three times as long.
    found = lined(staff(pytest.importorskip("polars").from_pandas, **twice))
    assert values(found, *COLUMNS) == slow(accounts_, deals_, calls)


def test_ten_times_the_money_is_ten_times_the_sums_and_the_same_share():
    money = {"accounts": "potential", "opportunities": "amount"}
    ten = {name: TABLES[name].assign(**{c: TABLES[name][c] * 10}) for name, c in money.items()}
    one, other = (lined(staff(**tables)) for tables in (TABLES, TABLES | ten))
    for column in ("potential", "sales"):
        assert (one[column].dropna() * 10).tolist() == other[column].dropna().tolist()
    counts = ["territory_id", "accounts", "won", "workload"]
    pd.testing.assert_frame_equal(one[counts], other[counts])
    shares = [spm.measure(lines, spm.penetration)["penetration"].item() for lines in (one, other)]
    assert shares[0] == pytest.approx(shares[1])
