"""Which tables a page gives: those that it shows, with the numbers behind what is written."""

from __future__ import annotations

from datetime import date, datetime

import altair as alt
import nbformat.v4 as nb
import pandas as pd
import pytest

from spmkit.carried import ASKED, DataTable, plain_value
from spmkit.charts import theme
from spmkit.reports import page
from spmkit.reports.html import render_page
from spmkit.reports.html_tables import html_tables
from spmkit.reports.shown_tables import shown_tables
from spmkit.tables import unit_table
from spmkit.units import COUNT, MONEY, PERCENT
from tests.reports.review import HOSTILE, hostile_review, review

FRAME = pd.DataFrame(
    {
        "team": ["North", None],
        "since": [pd.Timestamp("2026-07-01"), pd.NaT],
        "quota": [1_234_567.89, None],
        "now": [0.91234, float("inf")],
        "reps": pd.array([9, None], dtype="Int64"),
        "ote": [987_654.25, 876_543.75],
    }
)
UNITS = {"quota": MONEY, "now": PERCENT, "reps": COUNT, "ote": MONEY}
LABELS = {"team": "Team", "since": "Since", "quota": "Quota", "now": "Now", "reps": "Reps"}


@pytest.fixture
def asked(monkeypatch):
    monkeypatch.setenv(ASKED, "1")


def shown_html(html, **metadata):
    output = nb.new_output("display_data", data={"text/html": html})
    return nb.new_code_cell("x", outputs=[output], metadata=metadata)


def shown_chart(chart):
    data, _ = theme.render(chart.to_dict())
    return nb.new_code_cell("x", outputs=[nb.new_output("display_data", data=data)])


def tables(*cells):
    return [one.table for one in shown_tables(list(cells))]


def table_html():
    return unit_table(FRAME, UNITS, "North is short", LABELS, "USD").as_raw_html()


@pytest.mark.usefixtures("asked")
def test_of_a_text_that_was_put_together_the_number_behind_it_is_given():
    frame = pd.DataFrame(
        {"rep": ["Ada", "Bo"], "rate": ["50.0 % ▲", "–"], "rate_value": [0.5, None]}
    )
    shown = unit_table(frame, {"rate_value": PERCENT}, "", {"rep": "Rep", "rate": "Win rate"})
    html = shown.as_raw_html()
    assert "50.0 % ▲" in html
    assert "0.5<" not in html
    [table] = tables(shown_html(html))
    assert table.headings == ["Rep", "Win rate"]
    assert table.rows == [["Ada", 0.5], ["Bo", None]]
    assert table.percents == [1]


@pytest.mark.usefixtures("asked")
def test_a_table_gives_its_numbers_and_no_column_that_it_does_not_show():
    [table] = tables(shown_html(table_html()))
    assert table.title == "North is short"
    assert table.headings == ["Team", "Since", "Quota, USD", "Now", "Reps"]
    assert table.rows == [
        ["North", date(2026, 7, 1), 1_234_567.89, 0.91234, 9],
        [None, None, None, None, None],
    ]
    assert table.percents == [3]


@pytest.mark.usefixtures("asked")
def test_a_folded_table_is_called_as_what_unfolds_it():
    html = unit_table(FRAME, UNITS, "", LABELS).as_raw_html()
    [one, two] = tables(shown_html(str(page.unfolding("2 teams in figures", html + html))))
    assert one.title == two.title == "2 teams in figures"
    assert one.rows[0][2] == 1_234_567.89


def test_the_page_is_the_same_to_the_byte_with_the_numbers_and_without(monkeypatch):
    without = render_page(nb.new_notebook(cells=[shown_html(table_html())]))
    monkeypatch.setenv(ASKED, "1")
    carried = table_html()
    assert "spmkit-table" in carried
    assert render_page(nb.new_notebook(cells=[shown_html(carried)])) == without


def test_nothing_is_carried_unless_asked_for():
    assert "spmkit-table" not in table_html()


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("tag", ["remove-cell", "parameters"])
def test_what_the_page_leaves_out_is_no_table_of_it(tag):
    assert tables(shown_html(table_html(), tags=[tag])) == []
    assert len(tables(shown_html(table_html()))) == 1


def test_each_table_knows_its_section_and_its_place():
    cells = review().cells
    found = [(one.section, one.heading, one.place) for one in shown_tables(cells)]
    assert found == [(0, "", 1), (0, "", 2), (1, "Why", 1), (2, "Where", 1)]


def test_a_text_with_two_headings_parts_its_tables():
    text = "## A\n\n| x |\n|---|\n| 1 |\n\n## B\n\n| y |\n|---|\n| 2 |"
    found = shown_tables([nb.new_markdown_cell(text)])
    assert [(one.heading, one.table.rows) for one in found] == [("A", [[1]]), ("B", [[2]])]


def test_any_other_table_gives_what_is_written_in_it():
    table = tables(*review().cells)[-1]
    assert table.title == "East and South are 1.07 of the 1.17 million short of quota"
    assert table.headings == ["Team", "Quota, M", "Credited, M", "Attainment"]
    assert table.rows[0] == ["North", 2.3, 2.44, "106%"]


def test_a_frame_gives_its_rows_with_texts_that_are_no_numbers_kept():
    frame = pd.DataFrame({"id": ["007", "12"], "n": [1, 2], "share": [0.5, None]})
    [table] = html_tables(frame._repr_html_())
    assert table.headings == ["", "id", "n", "share"]
    assert table.rows == [[0, "007", 1, 0.5], [1, "12", 2, None]]


def test_spans_are_laid_out():
    frame = pd.DataFrame(
        [[1, 2], [3, 4]],
        index=pd.MultiIndex.from_tuples([("East", "a"), ("East", "b")], names=["team", "rep"]),
        columns=pd.MultiIndex.from_tuples([("now", "quota"), ("now", "credit")]),
    )
    [table] = html_tables(frame._repr_html_())
    assert table.headings == ["team", "rep", "now · quota", "now · credit"]
    assert table.rows == [["East", "a", 1, 2], ["East", "b", 3, 4]]


@pytest.mark.parametrize(
    "html",
    [
        "<script><table><tr><td>1</td></tr></table></script>",
        "<iframe><table><tr><td>1</td></tr></table></iframe>",
        "<!-- <table><tr><td>1</td></tr></table> -->",
        "</table></td></tr>",
        "",
    ],
)
def test_what_no_page_shows_is_no_table(html):
    assert html_tables(html) == []


def test_a_cell_that_claims_a_million_columns_is_cut_short():
    [table] = html_tables(
        '<table><tr><td colspan="999999999" rowspan="9999999">x</td></tr></table>'
    )
    assert len(table.headings) == 1000
    assert len(table.rows) == 1


def test_a_hostile_page_gives_its_names_as_texts():
    found = tables(*hostile_review().cells)
    texts = {value for table in found for row in table.rows for value in row}
    assert set(HOSTILE) <= texts


def chart(**encodings):
    frame = pd.DataFrame(
        {"team": ["North"], "day": [pd.Timestamp("2026-07-01")], "now": [0.9], "ote": [5.0]}
    )
    return alt.Chart(frame).mark_point().encode(**encodings)


def test_a_chart_gives_what_it_draws_and_nothing_else_of_its_frame():
    drawn = chart(
        x=alt.X("day:T", title="Day"), y=alt.Y("now:Q", axis=alt.Axis(format=".0%", title=None))
    )
    [table] = tables(shown_chart(drawn.properties(title="North stands at 90 %")))
    expected = DataTable("North stands at 90 %", ["Day", "now"], [[date(2026, 7, 1), 0.9]], [1])
    assert table == expected


def test_small_multiples_give_what_parts_them():
    [table] = tables(shown_chart(chart(x="now:Q").facet("team:N")))
    assert table.headings == ["team", "now"]


def test_a_line_at_quota_and_rows_drawn_again_are_no_tables():
    frame = pd.DataFrame({"team": ["North", "East"], "now": [0.9, 1.1]})
    bars = alt.Chart(frame).mark_bar().encode(x="now:Q", y="team:N")
    again = alt.Chart(frame.head(1)).mark_text().encode(x="now:Q", y="team:N")
    line = alt.Chart(pd.DataFrame({"x": [1.0]})).mark_rule().encode(x="x:Q")
    [table] = tables(shown_chart(bars + again + line))
    assert len(table.rows) == 2


def test_a_chart_without_rows_gives_no_table():
    empty = alt.Chart(pd.DataFrame({"a": [], "b": []})).mark_point().encode(x="a:Q", y="b:Q")
    assert tables(shown_chart(empty)) == []


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (pd.Timestamp("2026-07-01 09:30"), datetime(2026, 7, 1, 9, 30)),
        (pd.Timestamp("2026-07-01 09:30", tz="UTC"), datetime(2026, 7, 1, 9, 30)),
        (pd.Timestamp("2026-07-01 09:30:00.123456789"), datetime(2026, 7, 1, 9, 30, 0, 123456)),
        (date(2026, 7, 1), date(2026, 7, 1)),
        (pd.Period("2026Q3"), "2026Q3"),
        (True, True),
        (float("-inf"), None),
        (["a", None], "['a', None]"),
        ("\ud800", "?"),
    ],
)
def test_values_are_plain(value, plain):
    assert plain_value(value) == plain
