"""Opportunity lines, and the metrics of conversion over them."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import pandas as pd
import pytest
from company import company, opportunities

import spmkit as spm
from spmkit.data.quality import to_pandas

METRICS = [spm.win_rate, spm.sales_cycle, spm.sales_cycle_mean, spm.average_deal_size]


def lines(**changed):
    data = company(opportunities=opportunities(**changed))
    return spm.opportunity_lines(data).df().sort_values("opportunity_id").reset_index(drop=True)


def test_flags_days_and_periods():
    found = lines(outcome=["won", "no_decision", "lost", "open"])
    assert found["won"].tolist() == [True, False, False, False]
    assert found["lost"].tolist() == [False, False, True, False]
    assert found["closed"].tolist() == [True, True, True, False]
    assert found["cycle_days"].fillna(-1).tolist() == [40, 52, 50, -1]
    assert found["won_cycle_days"].fillna(-1).tolist() == [40, -1, -1, -1]
    assert found["created_period"].tolist() == ["2026Q2", "2026Q2", "2026Q3", "2026Q3"]
    assert found["closed_period"].fillna("open").tolist() == ["2026Q3"] * 3 + ["open"]


def test_void_ones_are_in_no_line():
    found = lines(outcome=["won", "void", "won", "open"])
    assert found["opportunity_id"].tolist() == ["o1", "o3", "o4"]


def test_an_opportunity_closed_before_its_creation_has_no_cycle():
    found = lines(created_on=["2026-07-12", "2026-06-10", "2026-08-20", "2026-09-01"])
    assert found["won_cycle_days"].fillna(-1).tolist() == [-1, -1, 0, -1]


def test_the_closing_date_of_an_open_one_is_not_read():
    found = lines(closed_on=["2026-07-11", "2026-08-01", "2026-08-20", "2026-09-30"])
    assert found["closed_period"].fillna("open").tolist()[3] == "open"


def test_win_rate_is_of_what_closed_without_renewals():
    data = company(
        opportunities=opportunities(
            type=[None, "new", "renewal", "new"], outcome=["won", "no_decision", "won", "open"]
        )
    )
    found = spm.measure(spm.opportunity_lines(data), METRICS).iloc[0]
    assert found[["win_rate", "win_rate_n"]].tolist() == [0.5, 2]
    assert found["average_deal_size"] == 75.0
    assert found[["sales_cycle", "sales_cycle_mean"]].tolist() == [45.0, 45.0]


def test_without_anything_closed_the_rates_are_undefined():
    data = company(opportunities=opportunities(outcome=["open"] * 4, closed_on=[None] * 4))
    found = spm.measure(spm.opportunity_lines(data), METRICS).iloc[0]
    assert found[["win_rate", "sales_cycle", "average_deal_size"]].isna().all()


def test_the_attributes_of_owner_and_account_are_joined_and_the_own_ones_kept():
    accounts = pd.DataFrame({"account_id": ["a1"], "segment": ["SMB"], "industry": ["Retail"]})
    reps = pd.DataFrame(
        {
            "rep_id": ["ada", "bo"],
            "name": ["Ada", "Bo"],
            "segment": "Mid",
            "region": ["North", "South"],
        }
    )
    deals = opportunities(account_id=["a1", "a1", "a1", "a9"], segment=["Big"] * 4)
    data = company(accounts=accounts, reps=reps, opportunities=deals)
    found = spm.opportunity_lines(data).df().sort_values("opportunity_id")
    assert found["rep"].tolist() == ["Ada", "Ada", "Bo", "Bo"]
    assert found["segment"].unique().tolist() == ["Big"]
    assert found["rep_segment"].unique().tolist() == ["Mid"]
    assert found["account_industry"].fillna("–").tolist() == ["Retail"] * 3 + ["–"]
    assert "account_segment" in found


@pytest.mark.parametrize(("wanted", "extra"), [((), []), (("region",), ["region"])])
def test_only_the_attributes_asked_for_are_joined(wanted, extra):
    found = spm.opportunity_lines(company(), attributes=wanted).df()
    assert [c for c in found if c in ("rep", "region", "team")] == extra
    assert len(found) == 4


def test_the_lines_stay_lazy():
    assert not isinstance(spm.opportunity_lines(company()), pd.DataFrame)


def test_columns_that_the_source_lacks_are_null():
    deals = pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada", "outcome": "open"})
    found = spm.opportunity_lines(company(opportunities=deals)).df()
    assert found[["amount", "closed_on", "created_period", "won_amount"]].isna().all(axis=None)
    assert found["renewal"].tolist() == [False]


def test_age_and_what_has_lasted():
    found = lines(created_on=["2026-07-12", "2026-06-10", "2026-08-20", "2026-09-02"])
    assert found["age_days"].fillna(-1).tolist() == [-1, -1, -1, 30]
    assert found["lasted_days"].fillna(-1).tolist() == [-1, 52, 0, 30]
    assert found["ending"].fillna("–").tolist() == ["won", "lost", "won", "–"]
    assert found["open"].tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    ("expected", "overdue"), [("2026-10-01", True), ("2026-10-02", False), (None, None)]
)
def test_overdue_from_the_day_after(expected, overdue):
    found = lines(expected_close_on=["2026-01-01"] * 3 + [expected])["overdue"]
    assert found.tolist()[:3] == [False] * 3
    assert (pd.isna(found[3]) and overdue is None) or found[3] == overdue


@pytest.mark.parametrize(("created", "stale"), [("2026-07-04", False), ("2026-07-03", True)])
def test_stale_when_older_than_twice_the_median_cycle(created, stale):
    # The won ones took 40 and 50 days, 45 in the middle; 90 days is not yet stale.
    dates = ["2026-06-01", "2026-06-10", "2026-07-01", created]
    found = lines(created_on=dates)
    assert found["age_days"][3] == (91 if stale else 90)
    assert found["stale"].tolist() == [False, False, False, stale]
    data = company(opportunities=opportunities(created_on=dates))
    assert not spm.opportunity_lines(data, stale_after=3).df()["stale"].any()


def test_without_a_won_cycle_or_a_date_nothing_is_known_to_be_stale():
    assert pd.isna(lines(outcome=["lost", "lost", "lost", "open"])["stale"][3])
    undated = lines(created_on=["2026-06-01", "2026-06-10", "2026-07-01", None])
    assert pd.isna(undated["stale"][3])


def test_qualified_is_past_the_first_declared_stage():
    deals = opportunities(outcome=["won", "open", "open", "open"], stage=["B", "A", "B", None])
    deals["closed_on"] = ["2026-07-11", None, None, None]
    declared = company(settings={"stages": ["A", "B"]}, opportunities=deals)
    found = spm.opportunity_lines(declared).df().sort_values("opportunity_id")["qualified"]
    assert found.tolist()[:3] == [False, False, True]
    assert pd.isna(found.tolist()[3])  # its stage is not known
    found = spm.opportunity_lines(company(opportunities=deals)).df()
    assert found.sort_values("opportunity_id")["qualified"].tolist() == [False, True, True, True]


def test_amounts_of_the_decided_are_without_renewals():
    found = lines(type=[None, "new", "renewal", "new"], outcome=["won", "lost", "won", "open"])
    assert found["decided_amount"].fillna(-1).tolist() == [90.0, 40.0, -1, -1]
    assert found["won_amount"].fillna(-1).tolist() == [90.0, -1, 60.0, -1]


def test_a_multiple_that_cannot_be_meant_is_refused():
    with pytest.raises(ValueError, match="stale_after is 0"):
        spm.opportunity_lines(company(), stale_after=0)


def test_the_docstring_names_every_column_that_is_added():
    added = set(lines()) - set(opportunities())
    own = {"type", "source", "stage", "list_amount", "expected_close_on"}  # of the dictionary
    said = spm.opportunity_lines.__doc__
    assert {name for name in added - own if f"``{name}``" not in said} == set()


ADDED = ["age_days", "lasted_days", "decided_amount", "ending", "overdue", "stale", "qualified"]


def test_every_engine_gives_the_same_lines(engine):
    def dates(*texts):
        return [pd.Timestamp(text).date() if text else None for text in texts]

    deals = opportunities(
        created_on=dates("2026-06-01", "2026-06-10", "2026-07-01", "2026-06-23"),
        closed_on=dates("2026-07-11", "2026-08-01", "2026-08-20", None),
        expected_close_on=dates("2026-07-11", None, None, "2026-09-01"),
    )
    reps = pd.DataFrame({"rep_id": ["ada", "bo"], "name": ["Ada", "Bo"]})
    frames = {}
    for name, frame in {"reps": reps, "opportunities": deals}.items():
        native = engine(frame)
        frames[name] = native.df() if hasattr(native, "fetchall") else native
    data = spm.open_data(frames, settings={"as_of": "2026-10-02"})
    made = spm.opportunity_lines(data)
    found = to_pandas(nw.from_native(made).lazy().select("opportunity_id", *ADDED))
    found = found.sort_values("opportunity_id").reset_index(drop=True)
    assert found["age_days"].fillna(-1).tolist() == [-1, -1, -1, 101]
    assert found["lasted_days"].tolist() == [40, 52, 50, 101]
    assert found["decided_amount"].fillna(-1).tolist() == [90.0, 40.0, 60.0, -1]
    assert found["ending"].fillna("–").tolist() == ["won", "lost", "won", "–"]
    for name in ("overdue", "stale", "qualified"):
        assert [bool(flag) for flag in found[name]] == [False, False, False, True], name
