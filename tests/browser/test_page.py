"""The page in a real browser: what a reader, a printer and an attacker would see."""

from __future__ import annotations

import re
import shutil

import pytest

from spmkit.charts.theme import COLOURS, use_theme
from spmkit.reports.html import render_page
from tests.reports.review import HOSTILE, WIDE_TITLE, hostile_review, review, wide_review

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
ALL_DRAWN = "body:not(:has(.plot:not([data-drawn])))"
LIGHT, DARK = ({name: pair[look] for name, pair in COLOURS.items()} for look in (0, 1))

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(require):
    require(CHROMIUM, "pages are looked at in Chromium, which is not on the path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield started
        started.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    use_theme()
    folder = tmp_path_factory.mktemp("pages")
    notebooks = {"review": review(), "hostile": hostile_review(), "wide": wide_review()}
    for name, notebook in notebooks.items():
        (folder / f"{name}.html").write_text(render_page(notebook), "utf-8")
    return folder


@pytest.fixture
def seen():
    """What a page must not do, in the order in which it did it."""
    return []


@pytest.fixture
def opened(browser, files, seen):
    pages = []

    def load(name="review", width=1200, look="light", **more):
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=look, **more)
        pages.append(page)
        page.on(
            "dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss())
        )
        page.on("pageerror", lambda error: seen.append(f"error {error}"))
        page.on("console", lambda said: seen.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: asked.url.startswith("file:") or seen.append(asked.url))
        page.goto((files / f"{name}.html").as_uri())
        if more.get("java_script_enabled", True):
            page.locator(ALL_DRAWN).wait_for(timeout=20_000)
        return page

    yield load
    for page in pages:
        page.close()


def drawn(page):
    return [plot.get_attribute("data-drawn") for plot in page.locator(".plot").all()]


def test_hostile_names_are_shown_and_nothing_runs(opened, seen):
    page = opened("hostile")
    shown = page.locator("main").inner_text()
    for name in HOSTILE:
        assert name in shown
    page.locator("h1").hover()
    assert drawn(page) == ["light"] * 4
    assert page.locator("main script, main iframe, main [onerror]").count() == 0
    assert seen == []


def test_the_tooltip_of_a_hostile_name_is_text(opened, seen):
    page = opened("hostile")
    page.locator(".plot").nth(2).locator(".mark-symbol path").first.hover()
    tip = page.locator("#vg-tooltip-element.visible")
    tip.wait_for(timeout=5000)
    assert HOSTILE[0] in tip.inner_text()
    assert tip.locator("script, img").count() == 0
    assert seen == []


def test_the_data_of_a_chart_unfold_as_a_table(opened):
    page = opened()
    details = page.locator(".chart-data").nth(1)
    assert details.locator("table").count() == 0
    details.locator("summary").press("Enter")
    details.locator("table").wait_for()
    heads = details.locator("thead th").all_inner_texts()
    assert sorted(heads) == ["attainment", "before", "high", "low", "team"]
    assert "106%" in details.locator("tbody tr").first.inner_text()


def test_the_data_of_a_hostile_chart_are_text(opened, seen):
    page = opened("hostile")
    details = page.locator(".chart-data").nth(2)
    details.locator("summary").click()
    assert HOSTILE[1] in details.locator("table").inner_text()
    assert details.locator("img").count() == 0
    assert seen == []


@pytest.mark.parametrize("name", ["review", "hostile"])
@pytest.mark.parametrize("width", [390, 768])
def test_nothing_sticks_out_of_a_small_screen(opened, name, width):
    page = opened(name, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for svg in page.locator(".plot svg").all():
        box = svg.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_a_title_wraps_on_a_small_screen_while_its_table_scrolls(opened):
    page = opened("wide", width=390)
    box = page.get_by_role("region", name=f"{WIDE_TITLE}, scrolls sideways")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    assert box.get_by_role("table", name=WIDE_TITLE).count() == 1
    title = page.get_by_text(WIDE_TITLE).bounding_box()
    assert title["x"] + title["width"] <= 390
    assert title["height"] > 40  # two lines


SHADED = "local, local, scroll, scroll"  # paper that moves along, over a shade that stays


@pytest.mark.parametrize("what", [".bar nav", ".scroll"])
def test_what_scrolls_sideways_is_shaded_where_there_is_more(opened, what):
    box = opened("wide", width=390).locator(what).first
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    assert box.evaluate("box => getComputedStyle(box).backgroundAttachment") == SHADED


def test_the_list_of_contents_moves_along_on_a_small_screen(opened):
    page = opened("wide", width=390)
    bar, last = page.locator(".bar nav").bounding_box(), page.get_by_role("link", name="Last")
    assert last.bounding_box()["x"] > bar["x"] + bar["width"]
    page.locator("section").last.evaluate("section => section.scrollIntoView()")
    page.locator('.bar a[aria-current="true"]', has_text="Last").wait_for(timeout=5000)
    link = last.bounding_box()
    assert link["x"] + link["width"] <= bar["x"] + bar["width"]


@pytest.mark.parametrize("width", [390, 1200])
def test_the_words_beside_a_bar_have_room(opened, width):
    page = opened("wide", width=width)
    svg = page.locator(".plot svg").bounding_box()
    ends = [text.bounding_box() for text in page.locator(".plot svg text").all()]
    assert max(end["x"] + end["width"] for end in ends) <= svg["x"] + svg["width"]


def test_letters_of_a_chart_keep_their_size_on_a_phone(opened):
    page = opened(width=390)
    svg = page.locator(".plot svg").nth(2)
    scale = svg.bounding_box()["width"] / float(svg.get_attribute("width"))
    assert scale == pytest.approx(1, abs=0.02)
    turned = svg.locator("text", has_text="opportunities").first.get_attribute("transform")
    assert "rotate" in turned


def test_charts_follow_the_width_of_the_window(opened):
    page = opened(width=1200)
    wide = page.locator(".plot svg").nth(2).bounding_box()["width"]
    page.set_viewport_size({"width": 390, "height": 900})
    page.locator(".plot[data-width='358']").nth(2).wait_for()
    page.wait_for_timeout(300)
    assert page.locator(".plot svg").nth(2).bounding_box()["width"] < 0.5 * wide


def _paper(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def _rgb(colour):
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def test_the_button_changes_page_and_charts(opened):
    page = opened()
    bars = page.locator(".plot").first.locator(f'[fill="{LIGHT["accent"]}"]')
    assert bars.count() > 0
    page.get_by_role("button", name="Dark").click()
    page.locator('.plot[data-drawn="dark"]').nth(2).wait_for()
    assert _paper(page) == _rgb(DARK["paper"])
    assert bars.count() == 0
    assert page.locator(".plot").first.locator(f'[fill="{DARK["accent"]}"]').count() > 0
    page.get_by_role("button", name="Light").click()
    page.locator('.plot[data-drawn="light"]').nth(2).wait_for()
    assert _paper(page) == _rgb(LIGHT["paper"])


def test_the_page_follows_the_system(opened):
    page = opened(look="dark")
    assert _paper(page) == _rgb(DARK["paper"])
    assert drawn(page) == ["dark"] * 3


def test_colours_of_a_table_follow_too(opened):
    cell = opened(look="dark").locator("td.gt_row", has_text="84%")
    assert cell.evaluate("cell => getComputedStyle(cell).color") == _rgb(DARK["worse"])


def test_print_is_light_and_of_the_sheets_width(opened):
    page = opened(look="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.locator('.plot[data-drawn="light"]').nth(2).wait_for()
    page.emulate_media(media="print")
    assert _paper(page) == _rgb(LIGHT["paper"])
    assert page.locator(".plot").nth(2).get_attribute("data-width") == "680"
    assert not page.locator(".bar").is_visible()


def test_a_dark_page_prints_with_its_charts_in_light(opened):
    page = opened(look="dark")
    pdf = page.pdf(prefer_css_page_size=True, tagged=True, outline=True)
    assert pdf.startswith(b"%PDF")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 4
    assert drawn(page)  # and put back after
    page.locator('.plot[data-drawn="dark"]').nth(2).wait_for()


def test_the_page_can_be_walked_by_keyboard(opened):
    page = opened(width=390)
    names = []
    for _ in range(6):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.innerText"))
    assert names == ["Skip to the report", "Why", "Where", "Data", "Dark", "Data of this chart"]


def test_without_scripts_the_page_says_so_and_keeps_its_tables(opened):
    page = opened(java_script_enabled=False)
    assert page.locator("noscript").inner_text().startswith("The charts of this page need scripts")
    assert page.locator("table", has_text="North").is_visible()
    assert not page.locator("#look").is_visible()
