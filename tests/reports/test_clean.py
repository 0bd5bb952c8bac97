from __future__ import annotations

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


def test_names_of_a_pandas_table_stay_text():
    assert "&lt;/script&gt;" in clean(pd.DataFrame({"a": ["</script>"]}).to_html())


def test_links_out_lose_the_page_they_came_from():
    assert 'rel="noopener noreferrer"' in clean('<a href="https://example.com">x</a>')


@pytest.mark.parametrize("path", ["../b.html", "./a/../../b.html", "./.ssh/b.html", "//x/b.html"])
def test_a_link_to_another_page_leads_only_below_this_one(path):
    assert 'href="./a/b%20c.html"' in clean('<a href="./a/b%20c.html">x</a>')
    assert "href" not in clean(f'<a href="{path}">x</a>')
