"""Periodic snapshots become the changes between them."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest
from company import company, tables
from folders import folder

from spmkit.data import open_data

CHANGE = ["opportunity_id", "changed_at", "field", "old_value", "new_value"]


def snapshots(*rows, columns=("opportunity_id", "taken_on", "stage", "amount")):
    frame = pd.DataFrame(list(rows), columns=list(columns))
    return frame.assign(taken_on=[date.fromisoformat(day) for day in frame["taken_on"]])


def changes(data):
    native = data.opportunity_history
    found = native.df() if hasattr(native, "df") else native
    found = found[CHANGE].assign(changed_at=pd.to_datetime(found["changed_at"]).dt.date)
    rows = found.astype("object").where(found.notna(), None).itertuples(index=False)
    return sorted((tuple(row) for row in rows), key=str)


def test_what_differs_from_one_snapshot_to_the_next_is_a_change():
    taken = snapshots(
        ("o4", "2026-09-01", "Discovery", 10.0),
        ("o3", "2026-09-01", "Proposal", None),
        ("o4", "2026-09-08", "Discovery", 12.5),
        ("o4", "2026-09-15", "Proposal", None),
        ("o3", "2026-09-15", "Proposal", None),
    )
    first, second, third = date(2026, 9, 1), date(2026, 9, 8), date(2026, 9, 15)
    assert changes(company(opportunity_snapshots=taken)) == sorted(
        [
            ("o3", first, "stage", None, "Proposal"),
            ("o4", first, "stage", None, "Discovery"),
            ("o4", first, "amount", None, "10.0"),
            ("o4", second, "amount", "10.0", "12.5"),
            ("o4", third, "amount", "12.5", None),
            ("o4", third, "stage", "Discovery", "Proposal"),
        ],
        key=str,
    )


def test_owners_and_dates_are_changes_too_and_owners_are_resolved():
    columns = ("opportunity_id", "taken_on", "rep_id", "expected_close_on", "outcome")
    taken = snapshots(
        ("o4", "2026-09-01", "Bo Diaz", date(2026, 9, 30), "open"),
        ("o4", "2026-09-08", "ada@x.com", date(2026, 10, 31), "won"),
        columns=columns,
    )
    found = changes(company(opportunity_snapshots=taken))
    later = [row[2:] for row in found if row[1] == date(2026, 9, 8)]
    assert later == [("expected_close_on", "2026-09-30", "2026-10-31"), ("rep_id", "bo", "ada")]
    assert {row[2] for row in found} == {"rep_id", "expected_close_on"}


def test_snapshots_without_a_field_have_no_changes():
    taken = snapshots(("o4", "2026-09-01"), columns=("opportunity_id", "taken_on"))
    assert changes(company(opportunity_snapshots=taken)) == []


def test_an_opportunity_twice_in_one_snapshot_is_set_aside_with_a_reason():
    taken = snapshots(
        ("o4", "2026-09-01", "Discovery", 10.0),
        ("o4", "2026-09-01", "Proposal", 10.0),
        ("o3", "2026-09-01", "Proposal", 60.0),
        ("o3", "2026-09-01", "Proposal", 60.0),
    )
    data = company(opportunity_snapshots=taken)
    assert sorted(data.quarantined()["reason"]) == [
        "rows with one key disagree",
        "rows with one key disagree",
        "the same row again (the first is used)",
    ]
    assert {row[0] for row in changes(data)} == {"o3"}


def test_a_snapshot_after_the_data_is_set_aside():
    data = company(opportunity_snapshots=snapshots(("o4", "2026-10-03", "Proposal", 1.0)))
    assert data.quarantined()["reason"].tolist() == ["taken_on is after as_of (2026-10-02)"]


def test_a_change_log_counts_before_snapshots_and_a_caution_says_so():
    log = pd.DataFrame(
        {
            "opportunity_id": ["o4"],
            "changed_at": [datetime(2026, 9, 3, 10)],
            "field": ["stage"],
            "old_value": [None],
            "new_value": ["Discovery"],
        }
    )
    taken = snapshots(("o4", "2026-09-08", "Proposal", 10.0))
    data = company(opportunity_history=log, opportunity_snapshots=taken)
    assert changes(data) == [("o4", date(2026, 9, 3), "stage", None, "Discovery")]
    assert data.cautions() == [
        "opportunity_snapshots is not used: opportunity_history is given too"
    ]
    ledger = data.quality()
    unused = ledger[(ledger["table"] == "opportunity_snapshots") & (ledger["status"] == "limited")]
    assert unused[["reason", "rows"]].values.tolist() == [["opportunity_history is given too", 1]]


def test_snapshots_alone_need_no_caution_and_stay_lazy():
    data = company(opportunity_snapshots=snapshots(("o4", "2026-09-08", "Proposal", 10.0)))
    assert data.cautions() == []
    assert "opportunity_history" in data
    kinds = data.connection.execute(
        "select table_type from information_schema.tables where table_name = 'opportunity_history'"
    ).fetchall()
    assert kinds == [("VIEW",)]


def test_a_file_a_week_is_one_table(tmp_path):
    path = folder(tmp_path)
    (path / "week36.csv").write_text("Id,Day,Stage\no4,2026-09-01,Discovery\n")
    (path / "week37.csv").write_text("Id,Day,Stage\no4,2026-09-08,Proposal\n")
    mapping = (path / "spmkit.toml").read_text() + (
        '\n[opportunity_snapshots]\nfrom = "week*.csv"\nopportunity_id = "Id"\n'
        'taken_on = "Day"\nstage = "Stage"\n'
    )
    (path / "spmkit.toml").write_text(mapping)
    found = changes(open_data(path))
    assert [row[3:] for row in found] == [(None, "Discovery"), ("Discovery", "Proposal")]


def test_every_engine_makes_the_same_changes(engine):
    taken = snapshots(
        ("o4", "2026-09-01", "Discovery", None),
        ("o4", "2026-09-08", "Proposal", 12.5),
        ("o4", "2026-09-15", None, 12.5),
    )
    given = tables(opportunity_snapshots=taken)
    deals = {"opportunity_id": ["o3", "o4"], "rep_id": ["bo", "bo"], "outcome": ["open", "open"]}
    given["opportunities"] = pd.DataFrame(deals)
    del given["quotas"]
    frames = {name: of_engine(engine, frame) for name, frame in given.items()}
    data = open_data(frames, settings={"as_of": "2026-10-02"})
    found = changes(Collected(data))
    first, second, third = date(2026, 9, 1), date(2026, 9, 8), date(2026, 9, 15)
    assert found == sorted(
        [
            ("o4", first, "stage", None, "Discovery"),
            ("o4", second, "stage", "Discovery", "Proposal"),
            ("o4", second, "amount", None, "12.5"),
            ("o4", third, "stage", "Proposal", None),
        ],
        key=str,
    )


class Collected:
    """An open source whose log is brought home from its engine."""

    def __init__(self, data):
        import narwhals.stable.v2 as nw

        lazy = nw.from_native(data.opportunity_history).lazy()
        self.opportunity_history = lazy.collect("pandas").to_native()


def of_engine(engine, frame):
    native = engine(frame)
    return native.df() if hasattr(native, "df") and hasattr(native, "fetchall") else native


@pytest.mark.parametrize("missing", ["opportunity_id", "taken_on"])
def test_a_snapshot_that_cannot_be_placed_is_set_aside(missing):
    taken = snapshots(("o4", "2026-09-08", "Proposal", 1.0), ("o3", "2026-09-08", "Proposal", 1.0))
    taken = taken.astype({"taken_on": "object"})
    taken.loc[0, missing] = None
    data = company(opportunity_snapshots=taken)
    assert data.quarantined()["reason"].tolist() == [f"{missing} is missing"]
    assert {row[0] for row in changes(data)} == {"o3"}
