"""A study of a company's quotas: from its tables to a proposal, and what bad tables leave."""

import numpy as np
import pandas as pd
import pytest
from calibration.companies import company, company_tables

from spmkit.calibration import open_study, proposed, verdict
from spmkit.calibration.company_facts import unassigned_potential, unheld_territories
from spmkit.calibration.proposing.policy import Policy
from spmkit.data import DataError


@pytest.fixture(scope="module")
def tables():
    return company_tables()


def test_it_judges_the_last_complete_period_and_proposes_the_next(tables):
    study = open_study(company(tables))
    assert (study.period, study.ahead) == ("2023Q1", "2023Q2")
    assert len(verdict(study.evidence)) == 16
    assert study.proposal.seats["quota"].sum() == pytest.approx(study.asked, abs=0.005)
    assert study.expected_is_goal


def test_a_period_that_is_not_over_is_the_one_ahead(tables):
    study = open_study(company(tables), "2023Q2")
    assert (study.period, study.ahead) == ("2023Q1", "2023Q2")


def test_a_goal_is_met_to_the_cent(tables):
    found = proposed(company(tables), "2023Q2", 2_000_000.01, Policy(over_assignment=0.1))
    cents = (found.seats["quota"] * 100).round().astype("int64").sum()
    assert cents == 220_000_001


def test_the_same_tables_in_another_order_give_the_same_quotas(tables):
    mixed = {name: table.sample(frac=1, random_state=3) for name, table in tables.items()}
    one = proposed(company(tables), "2023Q2", 2e6).seats.sort_values("rep_id")["quota"]
    other = proposed(company(mixed), "2023Q2", 2e6).seats.sort_values("rep_id")["quota"]
    assert one.tolist() == pytest.approx(other.tolist(), abs=0.02)


def test_without_quotas_it_says_what_to_add(tables):
    with pytest.raises(DataError, match="needs quotas"):
        open_study(company(tables, quotas=None))


def test_a_goal_below_zero_is_refused(tables):
    with pytest.raises(DataError, match="goal"):
        open_study(company(tables), goal=-1.0)


def test_without_potential_everything_else_is_still_said(tables):
    study = open_study(company(tables, accounts=None, territory_assignments=None))
    found = verdict(study.evidence).set_index("name")
    assert found["verdict"]["unassigned potential"] == "cannot tell"
    assert study.proposal.seats["potential"].isna().all()
    assert (study.proposal.seats["quota"] > 0).all()


def test_no_potential_is_not_unknown_potential(tables):
    accounts = tables["accounts"].copy()
    accounts.loc[:7, "potential"] = 0.0
    accounts.loc[8:9, "potential"] = np.nan
    seats = open_study(company(tables, accounts=accounts)).proposal.seats
    assert (seats["potential"] == 0).sum() == 8
    assert seats["potential"].isna().sum() == 2
    assert (seats["quota"] > 0).all()


@pytest.mark.parametrize("reps", [1, 5])
def test_few_reps_are_judged_and_mostly_cannot_be_told(reps):
    study = open_study(company(company_tables(reps=reps, moves=0.0, leaves=0.0)))
    found = verdict(study.evidence)
    assert (found["verdict"] == "cannot tell").sum() >= 9
    assert isinstance(study.proposal, str) == (reps == 1)
    if reps == 1:
        assert "Fewer than 20" in study.proposal


def test_one_period_gives_the_verdict_only():
    tables = company_tables(quarters=13)
    first = pd.Timestamp("2023-01-01").date()
    late = {
        "quotas": tables["quotas"][tables["quotas"]["period_start"] >= first],
        "opportunities": tables["opportunities"][tables["opportunities"]["closed_on"] >= first],
    }
    study = open_study(company(tables, **late))
    assert len(verdict(study.evidence)) == 16
    assert "1 complete periods are too few" in study.proposal


def test_territories_that_are_merged_are_a_new_one(tables):
    spells = tables["territory_assignments"]
    last = spells[spells["ends_on"].isna()]
    rep, other = last["rep_id"].iloc[:2]
    taken = spells["rep_id"].where(spells.index != last.index[1], rep)
    data = company(tables, territory_assignments=spells.assign(rep_id=taken))
    seats = open_study(data).whole_panel.query("period == '2023Q2'").set_index("rep_id")
    assert "+" in seats["territory_id"][rep]
    assert seats["territory_id"].get(other) is None


def test_reversals_and_quarters_without_a_sale_are_no_obstacle(tables):
    sold = tables["opportunities"].copy()
    sold.loc[sold.index[::9], "amount"] = 0.0
    sold.loc[sold.index[::13], "amount"] = -5_000.0
    study = open_study(company(tables, opportunities=sold))
    assert (study.proposal.seats["quota"] >= 0).all()
    assert study.panel["credited"].min() < 0


def test_who_is_on_leave_throughout_gets_no_quota(tables):
    study = open_study(company(tables))
    rep = study.proposal.seats["rep_id"].iloc[0]
    leaves = pd.DataFrame({"rep_id": [rep], "starts_on": "2023-04-01", "ends_on": "2023-06-30"})
    away = open_study(company(tables, leaves=leaves))
    assert rep in set(away.expected.left_out["rep_id"])
    assert rep not in set(away.proposal.seats["rep_id"])


def test_an_owner_that_reps_do_not_know_gets_no_quota(tables):
    sold = tables["opportunities"].copy()
    sold.loc[sold.index[::11], "rep_id"] = "a stranger"
    seats = open_study(company(tables, opportunities=sold)).proposal.seats
    assert "a stranger" not in set(seats["rep_id"])
    assert not seats["rep_id"].astype(str).str.contains("not in reps").any()


def test_pins_above_the_goal_are_refused_with_what_could_hold(tables):
    rep = open_study(company(tables)).proposal.seats["rep_id"].iloc[0]
    with pytest.raises(DataError, match="pins"):
        proposed(company(tables), "2023Q2", 1e6, Policy(pins={rep: 1_500_000}))


def test_potential_of_nobody_is_a_share_of_all(tables):
    held = tables["territory_assignments"]
    late = held[held["ends_on"].isna()]["territory_id"].iloc[3:]
    known = tables["accounts"].set_index("territory_id")["potential"]
    worked = known[~known.index.isin(late)].sum() / known.sum()
    kept = held[~held["territory_id"].isin(set(held["territory_id"]) - set(late))]
    data = company(tables, territory_assignments=kept)
    assert 0 < worked < 1
    assert unassigned_potential(data, "2023Q1") == pytest.approx(worked)


def test_in_the_first_days_of_a_period_nothing_runs_yet(tables):
    study = open_study(company(tables, as_of="2023-04-03"))
    assert study.ahead == "2023Q2"
    assert isinstance(study.running, str)
    assert "2023Q2" in study.running


def test_the_companys_own_quota_of_the_period_stands_for_a_goal(tables):
    plan = pd.DataFrame(
        {
            "rep_id": [None],
            "level": ["company"],
            "period_start": [pd.Timestamp("2023-04-01").date()],
            "period_end": [pd.Timestamp("2023-06-30").date()],
            "quota": [2_100_000.0],
        }
    )
    quotas = pd.concat([tables["quotas"].assign(level="rep"), plan], ignore_index=True)
    study = open_study(company(tables, quotas=quotas))
    assert study.asked == 2_100_000.0
    assert not study.given


def test_territories_of_nobody_are_named(tables):
    held = tables["territory_assignments"]
    kept = held[held["territory_id"] != "T00003"]
    assert unheld_territories(company(tables, territory_assignments=kept), "2023Q2") == ["T00003"]


def test_an_empty_potential_is_said_to_be_unknown_and_is_not_taken_for_none():
    tables = company_tables(quarters=13, reps=12)
    more = tables["accounts"].assign(
        account_id="B" + tables["accounts"]["account_id"], potential=np.nan
    )
    partly = pd.concat([tables["accounts"], more.head(3)], ignore_index=True)
    whole, some = (
        open_study(company(tables, accounts=one)) for one in (tables["accounts"], partly)
    )
    notes = [
        study.judged.set_index("name")["note"]["unassigned potential"] for study in (whole, some)
    ]
    assert "not known" not in notes[0]
    assert "Potential of 3 of 15 accounts (20 %) is not known" in notes[1]
    said = "that of 1 of 2 accounts is not known"
    reasons = [study.proposal.seats["reasons"].str.contains(said).sum() for study in (whole, some)]
    assert reasons[0] == 0
    assert 1 <= reasons[1] <= 3


def test_win_rates_tell_skill_where_lost_opportunities_are_known():
    tables = company_tables(quarters=13, reps=12)
    won = tables["opportunities"]
    skilled = won["rep_id"].str[-1].isin(list("01234"))
    lost = pd.concat([won[~skilled]] * 3).assign(outcome="lost", amount=None)
    lost["opportunity_id"] = [f"l{number}" for number in range(len(lost))]
    alone = company(tables)
    both = company(tables, opportunities=pd.concat([won, lost], ignore_index=True))
    lines = [open_study(one).fairness.set_index("test").loc["T6"] for one in (alone, both)]
    assert lines[0]["status"].startswith("needs opportunities that were lost")
    assert lines[1]["name"] == "win rate of other periods"
    assert np.isfinite(lines[1]["effect"])


def test_two_humps_are_in_the_verdict():
    found = open_study(company()).judged
    line = found[(found["criterion"] == "C8") & (found["name"] == "one hump")]
    assert len(line) == 1
    assert line["measure"].iloc[0] == "probability of such humps if there were one"
