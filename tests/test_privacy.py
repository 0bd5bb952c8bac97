"""What is nobody's business never reaches a page, compressed parts of it included."""

from __future__ import annotations

import pandas as pd
import pytest
import review_company
from review_company import everything_in

from spmkit.data import open_data
from spmkit.reports import run_report
from spmkit.units import MONEY, format_full, format_value

PAY = {"ote": 987_654.25, "base_pay": 876_543.75, "payout": 765_432.5}
WORDS = {
    "kind": "zzparentalzz",
    "leave_reason": "zzdismissedzz",
    "email": "zzsecretzz",
    "component": "zzacceleratorzz",
    "comment": "zzfeedbackzz",
}


def planted(folder):
    reps = review_company.reps()
    private = reps.assign(
        ote=PAY["ote"],
        base_pay=PAY["base_pay"],
        email=[f"{WORDS['email']}{number}@example.com" for number in range(len(reps))],
        left_on=["2026-09-15"] + [None] * (len(reps) - 1),
        leave_reason=[WORDS["leave_reason"]] + [None] * (len(reps) - 1),
    )
    leaves = {"starts_on": "2026-07-10", "ends_on": "2026-08-10", "kind": WORDS["kind"]}
    payout = {"period_start": "2026-07-01", "component": WORDS["component"]}
    feedback = {"given_on": "2026-07-10", "score": 3, "comment": WORDS["comment"]}
    return review_company.write(
        folder,
        reps=private,
        leaves=pd.DataFrame({"rep_id": ["r1"]} | leaves),
        payouts=pd.DataFrame({"rep_id": ["r2"], "amount": [PAY["payout"]]} | payout),
        feedback=pd.DataFrame({"account_id": ["a1"], "rep_id": ["r3"]} | feedback),
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return planted(tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="module")
def page(data, tmp_path_factory):
    """The page with what it carries compressed, and the tables beside it."""
    to = tmp_path_factory.mktemp("to")
    made = everything_in(run_report("quarterly_review", to, data, also=["csv"]))
    tables = [path.read_text(encoding="utf-8") for path in sorted(to.glob("*-tables/*.csv"))]
    return "\n".join([made, *tables])


def test_what_was_planted_was_read(data):
    """Else the other tests could not fail."""
    opened = open_data(data)
    assert opened.leaves.df()["kind"].tolist() == [WORDS["kind"]]
    assert opened.payouts.df()["amount"].tolist() == [PAY["payout"]]
    assert set(opened.reps.df()["ote"]) == {PAY["ote"]}
    assert opened.reps.df()["email"].str.startswith(WORDS["email"]).all()


def test_the_compressed_parts_were_read_too(page):
    assert '"datasets"' in page
    assert "vegaEmbed" in page
    assert page.count("Rep r1") > 1
    assert "\ufeff" in page  # a table of the folder


@pytest.mark.parametrize("what", WORDS)
def test_no_private_word_reaches_a_page(page, what):
    assert WORDS[what] not in page.lower()


@pytest.mark.parametrize("what", PAY)
def test_no_pay_reaches_a_page_in_any_writing(page, what):
    amount = PAY[what]
    for text in (
        f"{amount:g}",
        f"{amount:.2f}",
        f"{amount:,.2f}",
        f"{amount:,.1f}",
        format_full(amount, MONEY),
        format_value(amount, MONEY),
        str(int(amount)),
    ):
        assert text not in page
