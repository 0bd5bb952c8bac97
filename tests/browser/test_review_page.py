"""The review of a company whose every text tries to break out, in a real browser."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
import review_company

from spmkit.reports import run_report

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
ALL_DRAWN = "body:not(:has(.plot:not([data-drawn])))"
MOST_BYTES = 600_000
HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    '=HYPERLINK("https://evil.example","x")',
    "../../x",
    "{name}",
    "N" * 300,
    "Grüße 🚀",
    "شركة الاختبار",
    'it\'s a "quoted" `name`',
    "${7*7} {{7*7}} **bold** [a](javascript:alert(3))",
]

pytestmark = pytest.mark.browser


def hostile_company(folder):
    """Every text column of the tables that a review reads holds a hostile text in each row."""
    ids = dict(zip(review_company.REPS, HOSTILE, strict=True))
    texts = [HOSTILE[number % len(HOSTILE)] for number in range(60)]
    reps = pd.DataFrame({"rep_id": HOSTILE, "region": HOSTILE[:5] * 2, "team": HOSTILE[:2] * 5})
    reps = reps.assign(**dict.fromkeys(("name", "role", "segment", "leave_reason"), HOSTILE))
    sales = review_company.opportunities()
    sales = sales.assign(
        opportunity_id=[f"{text}{number}" for number, text in enumerate(texts)],
        rep_id=sales["rep_id"].map(ids),
        **dict.fromkeys(("account_id", "product", "stage", "source", "loss_reason"), texts),
    )
    sales.loc[0, "rep_id"] = (
        "<svg onload=alert(4)>"  # an owner in no list: only the ledger names it
    )
    sales.loc[1, "outcome"] = "<b>Won</b>"
    accounts = pd.DataFrame({"account_id": HOSTILE, "name": HOSTILE, "industry": HOSTILE})
    quotas = review_company.quotas()
    quotas = quotas.assign(rep_id=quotas["rep_id"].map(ids))
    given = {"reps": reps, "quotas": quotas, "opportunities": sales, "accounts": accounts}
    return review_company.write(folder, company=HOSTILE[0], **given)


@pytest.fixture(scope="module")
def file(tmp_path_factory, require):
    require(CHROMIUM, "pages are looked at in Chromium, which is not on the path")
    folder = hostile_company(tmp_path_factory.mktemp("hostile"))
    return run_report("quarterly_review", tmp_path_factory.mktemp("pages"), folder)


@pytest.fixture(scope="module")
def browser(require):
    require(CHROMIUM, "pages are looked at in Chromium, which is not on the path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield started
        started.close()


@pytest.fixture
def seen():
    """What a page must not do, in the order in which it did it."""
    return []


@pytest.fixture
def opened(browser, file, seen):
    pages = []

    def load(width=1200):
        page = browser.new_page(viewport={"width": width, "height": 900})
        pages.append(page)
        page.on("dialog", lambda said: (seen.append(f"dialog {said.message}"), said.dismiss()))
        page.on("pageerror", lambda error: seen.append(f"error {error}"))
        page.on("console", lambda said: seen.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: asked.url.startswith("file:") or seen.append(asked.url))
        page.goto(file.as_uri())
        page.locator(ALL_DRAWN).wait_for(timeout=30_000)
        return page

    yield load
    for page in pages:
        page.close()


def test_the_page_is_small(file):
    assert file.stat().st_size < MOST_BYTES


def test_nothing_runs_nothing_is_asked_for_and_every_chart_is_drawn(opened, seen):
    page = opened()
    plots = page.locator(".plot")
    assert plots.count() >= 5
    assert page.locator(".plot svg").count() == plots.count()
    assert page.locator("main script, main iframe, main [onerror], main [onload]").count() == 0
    assert page.locator("main a[href^=javascript], main b:text-is('Won')").count() == 0
    assert seen == []


def test_every_name_is_shown_as_the_text_that_it_is(opened):
    shown = opened().locator("main").evaluate("main => main.textContent")
    for name in HOSTILE:
        assert name in shown
    # Who is in no list may stand there as an e-mail address: that is for the ledger, not the page.
    assert "<svg onload=alert(4)>" not in shown
    assert "rep_id is not in reps" in shown
    assert "49" not in opened().title()
    assert HOSTILE[0] in opened().locator(".masthead").inner_text()


def test_the_data_of_every_chart_unfold_as_text(opened, seen):
    page = opened()
    for details in page.locator(".chart-data").all():
        details.locator("summary").click()
        details.locator("table").first.wait_for()
        assert details.locator("img, script, a").count() == 0
    assert seen == []


@pytest.mark.parametrize("width", [390, 768])
def test_nothing_sticks_out_of_a_small_screen(opened, width):
    page = opened(width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for svg in page.locator(".plot svg").all():
        box = svg.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
