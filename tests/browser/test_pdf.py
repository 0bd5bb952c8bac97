"""The PDF of a page, as its readers get it: every word, every chart, and nothing asked for."""

from __future__ import annotations

import re
import shutil
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pypdf import PdfReader

from spmkit.charts.theme import use_theme
from spmkit.reports import PageAlone, page_pdf
from spmkit.reports.html import render_page
from spmkit.reports.pdf import COMMANDS
from tests.reports.review import HOSTILE, hostile_review, review

A4 = (595, 842)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory, require):
    require(any(map(shutil.which, COMMANDS)), "a PDF is printed by Chromium, which is not there")
    use_theme()
    place = tmp_path_factory.mktemp("a folder #1, 100% {ours}?")
    for name, notebook in (("review", review()), ("hostile", hostile_review())):
        (place / f"{name}.html").write_text(render_page(notebook), "utf-8")
    return place


@pytest.fixture(scope="module")
def printed(folder):
    return PdfReader(page_pdf(folder / "review.html"))


def words(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_pdf_is_a4_in_a_few_pages_with_their_numbers(printed):
    assert 2 <= len(printed.pages) <= 4
    for number, page in enumerate(printed.pages, start=1):
        assert (page.mediabox.width, page.mediabox.height) == pytest.approx(A4, abs=1)
        assert f"{number} / {len(printed.pages)}" in page.extract_text()


def test_a_pdf_says_what_its_page_says(printed):
    text = words(printed)
    for said in (
        "Quarterly performance review · 2026Q3",
        "South and East fell; North alone is above quota",
        "East and South are 1.07 of the 1.17 million short of quota",
        "12 opportunities without a close date",  # what is folded on the page is open
        "To decide:",
    ):
        assert said in text
    assert "Data of this chart" not in text
    assert "Skip to the report" not in text


def test_every_chart_of_a_pdf_is_drawn(printed):
    text = words(printed)
    for label in ("60%", "Central", "opportunities", "+0.31", "2026Q2"):  # of all three
        assert label in text
    curves = sum(page.get_contents().get_data().count(b"\nf") for page in printed.pages)
    assert curves > 12 + 5 + 6  # bars, dots, steps


def test_a_pdf_is_tagged_and_has_an_outline(printed):
    root = printed.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    titles = [entry["/Title"] for entry in flat(printed.outline)]
    assert [title for title in ("Why", "Where", "Data") if title in titles] == [
        "Why",
        "Where",
        "Data",
    ]
    assert printed.metadata.title == "Quarterly performance review · 2026Q3"


def flat(outline):
    for entry in outline:
        if isinstance(entry, list):
            yield from flat(entry)
        else:
            yield entry


def test_every_chart_can_be_read_aloud(printed):
    said = {str(node.get("/Alt")) for node in tags(printed.trailer["/Root"]["/StructTreeRoot"])}
    for words in (
        r"reps: 11\b",
        "discrete scale with 5 values: North, Central",
        "step: cycle",
    ):
        assert [alt for alt in said if re.search(words, alt)], (words, said)


def tags(node):
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from tags(child)
    elif isinstance(node, dict):
        yield node
        yield from tags(node.get("/K", []))


def test_hostile_names_are_printed_as_the_text_that_they_are(folder):
    text = re.sub(r"\s", "", words(PdfReader(page_pdf(folder / "hostile.html"))))
    for name in HOSTILE[:5]:
        assert re.sub(r"\s", "", name) in text


def test_a_pdf_takes_the_place_of_the_one_before_and_nothing_else_appears(folder):
    before = page_pdf(folder / "review.html").read_bytes()
    assert page_pdf(folder / "review.html").read_bytes()[:4] == before[:4] == b"%PDF"
    names = {path.name for path in folder.iterdir()}
    assert names <= {"review.html", "review.pdf", "hostile.html", "hostile.pdf"}


def test_a_chart_that_cannot_be_drawn_gives_no_pdf_and_the_last_good_one_stays(folder, tmp_path):
    page = tmp_path / "broken.html"
    html = (folder / "review.html").read_text("utf-8")
    page.write_text(html.replace('data-chart="1"', 'data-chart="99"'), "utf-8")
    (tmp_path / "broken.pdf").write_bytes(b"good")
    with pytest.raises(PageAlone, match=r"1 of its charts cannot be drawn; the page is there"):
        page_pdf(page)
    assert (tmp_path / "broken.pdf").read_bytes() == b"good"


def test_a_folder_that_cannot_be_written_leaves_the_page(folder, tmp_path):
    page = tmp_path / "review.html"
    page.write_bytes((folder / "review.html").read_bytes())
    (tmp_path / "review.pdf").mkdir()
    with pytest.raises(PageAlone, match=r"review.pdf cannot be written .*; the page is there"):
        page_pdf(page)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["review.html", "review.pdf"]


@pytest.fixture
def listener():
    """A server on this machine, and what it was asked for."""
    asked = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_nothing_is_asked_for_while_a_page_is_printed(listener, folder, tmp_path):
    address, asked = listener
    page = tmp_path / "page.html"
    loads = f"<img src='{address}/a'><script>fetch('{address}/b')</script>"
    page.write_text(f"<p>Words</p>{loads}<iframe src='{address}/c'></iframe>", "utf-8")
    assert "Words" in words(PdfReader(page_pdf(page)))
    assert asked == []
