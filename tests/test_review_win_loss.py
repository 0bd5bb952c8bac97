"""What repeated in wins and losses: found where it was planted, and not where it was not."""

from __future__ import annotations

import pandas as pd
import pytest
from three_reps import NOW, REPS, quotas

from spmkit import review
from spmkit.data import open_data
from spmkit.reports import review_parts as parts

STAGES = ["Discovery", "Proposal"]


def deals(wins=12, losses=12, **columns):
    """Of ada, all closed in August; won ones first."""
    count = wins + losses
    return pd.DataFrame(
        {
            "opportunity_id": [f"d{number:02}" for number in range(count)],
            "rep_id": "ada",
            "created_on": "2026-07-01",
            "closed_on": [f"2026-08-{1 + number % 12:02}" for number in range(count)],
            "outcome": ["won"] * wins + ["lost"] * losses,
            "amount": [50.0 + number % 7 for number in range(count)],
        }
        | columns
    )


def stage_log(endings):
    """Each lost deal goes from stage to stage until the one in which it ends."""
    rows = []
    for deal, last in endings.items():
        path = STAGES[: STAGES.index(last) + 1]
        steps = zip([None, *path], [*path, "Closed Lost"], strict=True)
        for number, (old, new) in enumerate(steps):
            rows.append((deal, f"2026-07-{1 + number:02} 09:00:00", "stage", old, new))
    columns = ["opportunity_id", "changed_at", "field", "old_value", "new_value"]
    return pd.DataFrame(rows, columns=columns)


def compared(opportunities, **tables):
    given = {"reps": REPS, "quotas": quotas(("ada", NOW, 1000.0)), "opportunities": opportunities}
    settings = {"as_of": "2026-10-02", "stages": STAGES}
    person = review.open_person(open_data(given | tables, settings=settings), "2026Q3", "ada")
    course = review.open_course(person)
    return course, review.wins_and_losses(course, ["2026Q3"])


def test_a_difference_that_was_planted_is_found_with_its_n():
    planted = [100.0 + n for n in range(12)] + [20.0 + n for n in range(12)]
    _, found = compared(deals(amount=planted))
    row = found.measures.set_index("measure").loc["amount"]
    assert (row["wins"], row["losses"]) == (105.5, 25.5)
    assert (row["wins_n"], row["losses_n"]) == (12, 12)
    assert bool(row["holds"])
    assert row["p"] < 0.05


def test_a_difference_that_chance_makes_is_not():
    course, found = compared(deals())
    assert not found.measures["holds"].any()
    said = [str(part) for part in parts.person_repeated(course)]
    assert any("no difference shown" in part and "12 wins, 12 losses" in part for part in said)


def test_looking_at_more_makes_chance_alone_no_more_likely_to_be_shown():
    _, one = compared(deals(amount=[60.0 + n for n in range(12)] + [55.0 + n for n in range(12)]))
    more = {"source": ["Event", "Web"] * 12, "segment": ["Large", "Small"] * 12}
    amount = [60.0 + n for n in range(12)] + [55.0 + n for n in range(12)]
    _, several = compared(deals(amount=amount, **more))
    p = [found.measures.set_index("measure").loc["amount", "p"] for found in (one, several)]
    assert p[1] >= p[0]


def test_the_source_that_wins_is_told_with_its_interval():
    source = ["Referral"] * 12 + ["Event"] * 12
    course, found = compared(deals(source=source))
    kinds = found.kinds.set_index("value")
    assert kinds["holds"].all()
    assert kinds.loc["Referral", ["won", "closed", "rate"]].tolist() == [12, 12, 1.0]
    assert kinds.loc["Event", "high"] < 0.5
    said = " ".join(str(part) for part in parts.person_repeated(course))
    assert "Win rate by lead source: Referral 100\N{NO-BREAK SPACE}% (12 of 12), Event 0" in said


def test_the_stage_in_which_losses_end_is_told_only_beyond_an_even_share():
    lost = [f"d{number:02}" for number in range(12, 24)]
    most = stage_log(dict(zip(lost, ["Proposal"] * 11 + ["Discovery"], strict=True)))
    even = stage_log(dict(zip(lost, STAGES * 6, strict=True)))
    _, found = compared(deals(), opportunity_history=most)
    first = found.endings.iloc[0]
    assert (first["value"], first["losses"], first["of"]) == ("Proposal", 11, 12)
    assert bool(first["holds"])
    _, found = compared(deals(), opportunity_history=even)
    assert not found.endings["holds"].any()


@pytest.mark.parametrize(("wins", "losses"), [(4, 20), (0, 12), (12, 0)])
def test_of_too_few_nothing_is_compared(wins, losses):
    course, found = compared(deals(wins, losses))
    assert found.measures.empty
    assert found.kinds.empty
    said = " ".join(str(part) for part in parts.person_repeated(course))
    assert "not compared" in said
    assert "nan" not in said.lower()


def test_a_table_that_is_missing_is_named_once():
    course, found = compared(deals())
    assert any(reason.startswith("Touches") and "activities" in reason for reason in found.missing)
    assert any("opportunity_history" in reason for reason in found.missing)
    said = [str(part) for part in parts.person_repeated(course)]
    assert sum("needs activities" in part for part in said) == 1
