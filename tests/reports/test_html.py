from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re

import nbformat.v4 as nb
import pytest

from spmkit.charts import theme
from spmkit.reports.bundle import vega_bundle
from spmkit.reports.html import ReportExporter
from tests.reports.review import HOSTILE, hostile_review, review

SCRIPT = re.compile(r"<script([^>]*)>(.*?)</script>", re.DOTALL)


def rendered(*cells, **metadata):
    html, _ = ReportExporter().from_notebook_node(
        nb.new_notebook(cells=list(cells), metadata=metadata)
    )
    return html


def payload(html):
    return json.loads(unpacked(html, "charts"))


def unpacked(html, name):
    packed = re.search(f'id="{name}">([^<]*)<', html)[1]
    return gzip.decompress(base64.b64decode(packed)).decode()


def said(html_or_text, kind="text/html", **more):
    return nb.new_code_cell(
        "x", outputs=[nb.new_output("display_data", data={kind: html_or_text, **more})]
    )


@pytest.fixture(scope="module")
def page():
    theme.use_theme()
    return ReportExporter().from_notebook_node(review())[0]


@pytest.fixture(scope="module")
def hostile():
    theme.use_theme()
    return ReportExporter().from_notebook_node(hostile_review())[0]


def test_a_full_review_is_small(page):
    assert len(page.encode()) < 600_000


def test_the_policy_allows_the_pages_own_scripts_alone(hostile):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', hostile)[1]
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none';")
    run = [text for attributes, text in SCRIPT.findall(hostile) if "text/plain" not in attributes]
    run.append(unpacked(hostile, "vega"))
    hashes = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in run}
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == hashes
    assert len(run) == 2
    assert "unsafe-eval" not in policy


def test_nothing_is_loaded_from_anywhere(hostile):
    assert not re.search(r"<(link|iframe|object|embed|base)\b", hostile)
    assert not re.search(r'\b(src|srcset|poster|action)="(?!data:)', hostile)
    assert "url(" not in hostile
    assert "@import" not in hostile


def test_hostile_names_are_text_in_the_page_and_only_data_in_its_scripts(hostile):
    assert len(SCRIPT.findall(hostile)) == 3
    assert "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in hostile
    names = {row.get("team") for rows in payload(hostile)["datasets"].values() for row in rows}
    assert set(HOSTILE) <= names


def test_the_page_shows_no_code_and_no_warnings(page, hostile):
    assert "secret_code" not in page
    assert "a warning" not in hostile


def test_equal_data_are_in_the_page_once(page):
    kept = payload(page)
    used = [key for spec in kept["charts"] for key in spec["datasets"].values()]
    assert sorted(kept["datasets"]) == sorted(set(used))


def test_one_name_for_two_data_sets_keeps_both():
    def chart(value):
        spec = {
            "mark": "bar",
            "data": {"name": "d"},
            "datasets": {"d": [{"v": value}]},
            "encoding": {},
        }
        return said(spec, theme.MIME)

    kept = payload(rendered(chart(1), chart(2)))
    rows = [kept["datasets"][spec["datasets"]["d"]] for spec in kept["charts"]]
    assert rows == [[{"v": 1}], [{"v": 2}]]


def test_the_masthead_takes_the_place_of_the_title(page):
    assert page.count("<h1>") == 1
    assert "<title>Quarterly performance review · 2026Q3</title>" in page


def test_without_a_masthead_the_heading_and_the_period_name_the_page():
    html = rendered(nb.new_markdown_cell("# A & B"), papermill={"parameters": {"period": "2026Q3"}})
    assert "<title>A &amp; B · 2026Q3</title>" in html
    assert '<header class="masthead"><h1>A &amp; B · 2026Q3</h1></header>' in html


def test_sections_are_listed_and_can_be_reached(page):
    links = re.findall(r'<a href="#(part-\d)">([^<]*)</a>', page)
    assert [name for _, name in links] == ["Why", "Where", "Data"]
    for target, _ in links:
        assert f'<section id="{target}" aria-labelledby="{target}-h">' in page


def test_a_chart_has_words_a_caption_and_a_place_for_its_data(page):
    assert 'role="img" aria-label="Attainment by team."' in page
    assert "<figcaption><b>South and East fell; North alone is above quota</b>" in page
    assert page.count("<summary>Data of this chart</summary>") == 3
    assert all("title" not in spec for spec in payload(page)["charts"])


@pytest.mark.parametrize(
    "spec",
    [{"title": "Won"}, {"spec": {"title": "Won"}, "facet": {}}, {"layer": [{"title": "Won"}]}],
    ids=["single", "facet", "layer"],
)
def test_a_title_is_found_where_altair_leaves_it(spec):
    html = rendered(said(spec, theme.MIME))
    assert "<figcaption><b>Won</b></figcaption>" in html
    assert "title" not in json.dumps(payload(html)["charts"])


def test_cells_tagged_pair_stand_side_by_side(page):
    pair = page.split('<div class="two">')[1].split("<section")[0]
    assert pair.count('<figure class="chart">') == 2


def test_papermills_notes_stay_in_the_notebook():
    notes = {
        "parameters": {"data": "/home/someone/customer"},
        "input_path": "/home/someone/x.ipynb",
    }
    html = rendered(nb.new_markdown_cell("# A"), papermill=notes)
    assert "someone" not in html


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (said("<Thing at 0x7f00aa>", "text/plain"), False),
        (said("12 <b>", "text/plain"), True),
        (
            said(
                "IntSlider(value=3)",
                "text/plain",
                **{"application/vnd.jupyter.widget-view+json": {}},
            ),
            False,
        ),
        (said("alert(1)", "application/javascript"), False),
        (
            nb.new_code_cell(
                "", metadata={"tags": ["remove-cell"]}, outputs=[nb.new_output("stream", text="x")]
            ),
            False,
        ),
    ],
    ids=["address", "text", "panel", "script", "removed"],
)
def test_what_has_no_place_on_a_page_is_left_out(cell, shown):
    body = rendered(cell).split("</header>")[1].split("</main>")[0]
    assert ("<pre>" in body) == shown


def test_dollars_are_dollars():
    assert "from $4 to <strong>$5</strong>" in rendered(nb.new_markdown_cell("from $4 to **$5**"))


def test_a_page_without_charts_carries_no_vega():
    html = rendered(nb.new_markdown_cell("# Only words"))
    assert 'id="vega"' not in html
    assert len(html) < 40_000


def test_the_same_notebook_gives_the_same_page(page):
    assert ReportExporter().from_notebook_node(review())[0] == page


def test_the_bundle_is_kept_and_the_page_does_not_need_the_disk(tmp_path, monkeypatch):
    script = vega_bundle()
    monkeypatch.setattr("spmkit.reports.bundle._made", lambda: script)
    for folder in (tmp_path / "cache", tmp_path / "file" / "below"):
        (tmp_path / "file").write_text("in the way")
        monkeypatch.setenv("SPMKIT_CACHE", str(folder))
        vega_bundle.cache_clear()
        assert vega_bundle() == script
    assert [file.suffix for file in (tmp_path / "cache").iterdir()] == [".js"]
