from __future__ import annotations

import re

import great_tables as gt
import pandas as pd
import pytest

from spmkit.reports.clean import clean


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        "<svg onload=alert(1)></svg>",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
        '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
        "<form action=https://evil.example><input></form>",
        '<div style="background:url(https://evil.example/x)">x</div>',
        '<img src="https://evil.example/x.png">',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    ],
)
def test_nothing_runs_or_loads(html):
    left = clean(html).lower()
    for word in ("alert", "script", "onerror", "onload", "evil", "srcdoc", "form"):
        assert word not in left


def test_a_style_can_colour_but_not_place():
    assert (
        clean('<p style="color:#b3541e;position:fixed;top:0">x</p>')
        == '<p style="color:var(--worse)">x</p>'
    )


def test_ids_go_so_that_nothing_of_the_page_can_be_shadowed():
    assert clean('<p id="charts" name="vega">x</p>') == "<p>x</p>"


def test_heads_of_a_pandas_table_say_what_they_head():
    frame = pd.DataFrame({"credited": [1.0]}, index=pd.Index(["East"], name="team"))
    html = clean(frame.to_html())
    assert html.count('<th scope="col"') == 4  # two head rows: names of columns, name of the index
    assert '<th scope="row">East</th>' in html
    assert html.startswith('<div class="scroll"><table')


def titled(title, subtitle=None):
    return clean(gt.GT(pd.DataFrame({"a": ["x"]})).tab_header(title, subtitle).as_raw_html())


@pytest.mark.parametrize(
    ("html", "caption"),
    [
        (titled("East fell"), "<b>East fell</b>"),
        (titled("East fell", "by 9 points"), "<b>East fell</b><span>by 9 points</span>"),
        (clean("<table><caption>East fell</caption><tr><td>x</table>"), "<b>East fell</b>"),
    ],
    ids=["title", "subtitle", "caption"],
)
def test_a_title_stands_above_the_box_that_scrolls_and_names_the_table(html, caption):
    above, box = html.split('<div class="scroll">')
    assert f'<figure class="table"><figcaption>{caption}</figcaption>' in above
    assert box.startswith('<table aria-label="East fell')
    assert "East fell" not in box.split(">", 1)[1]
    assert "gt_heading" not in box


def test_a_hostile_title_ends_neither_the_caption_nor_the_name():
    html = titled('"><script>alert(1)</script>"')
    assert "<script" not in html
    assert 'aria-label="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;"' in html


def test_no_attribute_can_be_taken_for_a_title():
    cells = '<td title="<caption><script>alert(1)</script>">A<td title="</caption>">B'
    html = clean(f"<table><tr>{cells}</table>")
    assert "alert" not in html
    assert "figcaption" not in html


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Win rate from 27.0 % to 33.0 %", ["27.0 %", "33.0 %"]),
        ("−0.8 points (−7.0 to +5.4 points)", ["−0.8 points", "+5.4 points"]),
        ("1.82 M short by 31 Jul 2026", ["1.82 M", "31 Jul 2026"]),
        ("2 of 12", []),
        ("4 kinds 3 Most 2 daybeds", []),
    ],
)
def test_a_number_keeps_its_unit_on_its_line_and_a_date_is_not_broken(text, whole):
    html = clean(f"<table><tr><td>{text}</td></tr></table>")
    assert re.findall(r'<span class="whole">(.*?)</span>', html) == whole
    assert re.sub("<[^>]*>", "", html) == text


def test_a_text_without_a_space_may_be_broken_and_an_entity_in_it_is_not():
    name = "N" * 20 + "&amp;" + "N" * 20
    html = clean(f"<table><tr><td>West {name} 5 %</td></tr></table>")
    assert f'West <span class="long">{name}</span> <span class="whole">5 %</span>' in html


def test_names_of_a_pandas_table_stay_text():
    assert "&lt;/script&gt;" in clean(pd.DataFrame({"a": ["</script>"]}).to_html())


def test_links_out_lose_the_page_they_came_from():
    assert 'rel="noopener noreferrer"' in clean('<a href="https://example.com">x</a>')


@pytest.mark.parametrize("path", ["../b.html", "./a/../../b.html", "./.ssh/b.html", "//x/b.html"])
def test_a_link_to_another_page_leads_only_below_this_one(path):
    assert 'href="./a/b%20c.html"' in clean('<a href="./a/b%20c.html">x</a>')
    assert "href" not in clean(f'<a href="{path}">x</a>')
