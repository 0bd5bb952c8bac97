"""A rep's page where there is little: what cannot be told is said, and no number is made up."""

from __future__ import annotations

import pandas as pd
import pytest
from person_pages import assert_fit_to_show, page_of
from rep_history import PEOPLE, sales
from rep_history import quotas as all_quotas
from rep_history import reps as people
from three_reps import quotas, won


def without(frame, rep, start):
    """All rows of a frame but those of one rep from a day on."""
    day = frame["closed_on" if "closed_on" in frame else "period_start"]
    return frame[(frame["rep_id"] != rep) | (day < start)]


def unasked(start):
    """A quota of 0 of p0 in the period that begins on a day."""
    lines = all_quotas()
    away = (lines["rep_id"] == "p0") & (lines["period_start"] == start)
    return lines.assign(quota=lines["quota"].mask(away, 0.0))


def hired():
    new = {"rep_id": "dee", "name": "Dee", "hired_on": "2026-05-20"}
    return pd.concat([people(), pd.DataFrame([new])], ignore_index=True)


def with_a_deal_of(rep):
    deal = won((rep, "2026-06-10", 30.0)).assign(opportunity_id="first")
    return pd.concat([sales(), deal], ignore_index=True)


NOTHING = without(sales(), "p0", "2026-04-01")
REVERSED = pd.DataFrame(
    {
        "credit_id": ["c1"],
        "opportunity_id": None,
        "rep_id": "p0",
        "amount": [-40.0],
        "credited_on": "2026-05-05",
    }
)
YEARS = [
    (one, (f"{year}-01-01", f"{year}-12-31"), 400.0) for year in (2024, 2025) for one in PEOPLE
]

BAD = {
    "hired in the period": (
        {"reps": hired(), "opportunities": with_a_deal_of("dee")},
        {"rep": "dee"},
        ["no complete quarters with a quota", "not compared, with 1 win and no losses"],
    ),
    "on leave, with a quota of 0": (
        {"opportunities": NOTHING, "quotas": unasked("2026-04-01")},
        {},
        ["no quota above 0 holds then", "No credit in 2026Q2", "behind the quota of 2026Q2: 0.00"],
    ),
    "on leave, without a quota": (
        {
            "opportunities": NOTHING,
            "quotas": all_quotas()[
                lambda q: (q["rep_id"] != "p0") | (q["period_start"] < "2026-04")
            ],
        },
        {},
        ["no quota above 0 holds then", "2026Q3 and 2026Q4 have no quota yet"],
    ),
    "left before the end": (
        {"reps": people(left_on=["2026-05-20", *[None] * 9])},
        {},
        ["Nothing is projected: your last day was 20 May 2026."],
    ),
    "only a reversal": (
        {"opportunities": without(sales(), "p0", "2020"), "credits": REVERSED},
        {},
        ["The 1 credit that adds up to −40.00", "−40 of 100", "under 1"],
    ),
    "no quotas": (
        {"quotas": None},
        {},
        ["Outlook: unavailable: needs quotas", "195 credited, and no quota above 0"],
    ),
    "a running period": (
        {},
        {"period": "2026Q3", "as_of": "2026-08-15"},
        ["Of 2026Q3, which is running", "You are at <b>0", "Nothing but renewals was closed"],
    ),
    "no log and no activities": (
        {},
        {},
        [
            "The way through the stages: unavailable: needs opportunity_history",
            "Touches with the customer: unavailable: needs activities",
            "Pushes to a later quarter; stages in which losses end: unavailable",
        ],
    ),
    "quotas of whole years": (
        {"quotas": quotas(*YEARS)},
        {"period": "2025"},
        ["Nothing is projected: 2025 is over.", "behind the quota of 2025: 400.00"],
    ),
    "periods of the quotas' own": (
        {},
        {"period": "2026-04-01", "calendar": {"periods": "quotas"}},
        ["Last four periods", "Nothing is projected: 2026-04-01 is over."],
    ),
}


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize(("changed", "asked", "said"), BAD.values(), ids=BAD.keys())
def test_a_page_of_little_says_what_it_cannot_tell(changed, asked, said):
    given = {"reps": people(), "quotas": all_quotas(), "opportunities": sales()} | changed
    tables = {name: table for name, table in given.items() if table is not None}
    asked = {"rep": "p0", "period": "2026Q2", "as_of": "2026-07-02"} | asked
    texts = page_of(tables, **asked)
    assert_fit_to_show(texts)
    page = "\n".join(texts)
    for words in said:
        assert words in page
