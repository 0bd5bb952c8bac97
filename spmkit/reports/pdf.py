"""A page → the PDF of it, printed by a Chromium that the machine has."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from spmkit.reports.bundle import write_whole
from spmkit.reports.failures import PageAlone

if TYPE_CHECKING:
    from playwright.sync_api import Page, Playwright, Route, ViewportSize

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
_QUIET = "--disable-gpu --disable-quic --disable-background-networking --disable-component-update"
_WIDE, _HIGH = 688, 1001  # px: what A4 leaves between the margins of page.css
_ALL_DRAWN = "body:not(:has(.plot:not([data-drawn])))"
_NOT_DRAWN = ".plot[data-drawn=failed], .plot:not(:has(svg))"
_LONGEST = 60_000  # ms for the charts of one page
# The page draws its charts anew before it is printed, and a PDF would not wait for them; here
# they are drawn for print from the start.
_DRAWN_ALREADY = "addEventListener('beforeprint', (e) => e.stopImmediatePropagation(), true)"
_NEEDS = "a PDF is printed by Chromium through playwright"


def pdf_path(page: Path) -> Path:
    """Place of a page's PDF: beside it, under the same name.

    Parameters
    ----------
    page
        The page.

    Examples
    --------
    >>> pdf_path(Path("reports/review.html")).as_posix()
    'reports/review.pdf'
    """
    return page.with_suffix(".pdf")


def page_pdf(page: str | Path) -> Path:
    """Print a page as a PDF beside it: A4, light, tagged, with an outline.

    The page is opened without a network, and printed when all of its charts
    are drawn. Needs ``spmkit[pdf]`` and a Chromium or Chrome.

    Parameters
    ----------
    page
        A page that :func:`run_report` wrote.

    Returns
    -------
    pathlib.Path
        The PDF; an older one stays until it is complete.

    Raises
    ------
    PageAlone
        If playwright or Chromium is not there, a chart cannot be drawn, or the
        folder cannot be written. The page stays as it is.
    FileNotFoundError
        If there is no such page.

    Examples
    --------
    >>> page_pdf("no_such_page.html")
    Traceback (most recent call last):
    FileNotFoundError: no_such_page.html: no such page
    """
    place = Path(page)
    if not place.is_file():
        raise FileNotFoundError(f"{page}: no such page")
    if not find_spec("playwright"):
        raise PageAlone(f"{_NEEDS}, which is not installed: pip install 'spmkit[pdf]'", place)
    with ThreadPoolExecutor(1) as beside:  # a notebook's own event loop would not let it run
        content = beside.submit(_printed, place.resolve()).result()
    try:
        write_whole(pdf_path(place), content)
    except OSError as error:
        raise PageAlone(f"{pdf_path(place)} cannot be written ({error.strerror})", place) from error
    return pdf_path(place)


def _printed(page: Path) -> bytes:
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as driver:
            return _printed_by(driver, page)
    except Error as error:
        raise PageAlone(f"no PDF: {error.message.splitlines()[0]}", page) from error


def _printed_by(driver: Playwright, page: Path) -> bytes:
    command = next(filter(None, map(shutil.which, COMMANDS)), None)
    if not command and not Path(driver.chromium.executable_path).exists():
        raise PageAlone(
            f"{_NEEDS}, and there is none: install chromium or Google Chrome, "
            "or run: playwright install chromium",
            page,
        )
    with driver.chromium.launch(executable_path=command, args=_QUIET.split()) as browser:
        sheet: ViewportSize = {"width": _WIDE, "height": _HIGH}
        opened = browser.new_page(viewport=sheet, color_scheme="light", offline=True)
        return _print(opened, page)


def _print(opened: Page, page: Path) -> bytes:
    opened.route(lambda address: address != page.as_uri(), _refused)
    opened.emulate_media(media="print", color_scheme="light")
    opened.add_init_script(_DRAWN_ALREADY)
    opened.goto(page.as_uri())
    opened.locator(_ALL_DRAWN).wait_for(timeout=_LONGEST)
    missing = opened.locator(_NOT_DRAWN).count()
    if missing:
        raise PageAlone(f"no PDF: {missing} of its charts cannot be drawn", page)
    return opened.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)


def _refused(route: Route) -> None:
    route.abort()
