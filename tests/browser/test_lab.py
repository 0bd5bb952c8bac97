"""Panels and notebooks in a real JupyterLab, worked by keyboard and mouse, without a network."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from spmkit.shipped import shipped

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
NO_NEWS = '{"fetchNews": "false", "checkForUpdates": false}'
WHOLE_NOTEBOOK = '{"windowingMode": "none"}'  # else what is out of view is not in the page
READY = """async () => {
  const panel = jupyterapp.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
}"""
LOADED = "window.jupyterapp?.shell?.currentWidget?.context"
HANDLE = ".widget-slider .noUi-handle"
BARS = ".vega-embed svg .mark-rect path[aria-roledescription=bar]"
PLOT = ".vega-embed svg g.role-frame path.background"

pytestmark = pytest.mark.browser


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def private_environment(home):
    """Directories of this test's own, so that nobody's settings count or change."""
    names = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    folders = {name: home / folder for name, folder in names.items()}
    for folder in folders.values():
        folder.mkdir(parents=True)
    news = home / "settings" / "@jupyterlab" / "apputils-extension"
    news.mkdir(parents=True)
    (news / "notification.jupyterlab-settings").write_text(NO_NEWS)
    whole = home / "settings" / "@jupyterlab" / "notebook-extension"
    whole.mkdir(parents=True)
    (whole / "tracker.jupyterlab-settings").write_text(WHOLE_NOTEBOOK)
    return os.environ | {name: str(folder) for name, folder in folders.items()}


@contextmanager
def lab_process(root, home):
    port, token = free_port(), secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", f"--port={port}"),
        *("--no-browser", "--allow-root", "--expose-app-in-browser", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}"),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    environment = private_environment(home)
    with (home / "lab.log").open("w") as log:
        server = subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            wait_until_up(server, f"http://127.0.0.1:{port}/api/status?token={token}", home)
            yield SimpleNamespace(address=f"http://127.0.0.1:{port}/lab/tree", token=token)
        finally:
            stop(server)


def wait_until_up(server, address, home):
    for _ in range(240):
        if server.poll() is not None:
            pytest.fail(f"JupyterLab ended: {(home / 'lab.log').read_text()[-2000:]}")
        try:
            urllib.request.urlopen(address, timeout=1).read()
        except OSError:
            time.sleep(0.25)
        else:
            return
    pytest.fail(f"JupyterLab did not start: {(home / 'lab.log').read_text()[-2000:]}")


def stop(server):
    """End the server that this test started, and with it its kernels."""
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)  # the group that it was started as
        server.wait(5)


@pytest.fixture(scope="module")
def lab(tmp_path_factory, require):
    require(CHROMIUM, "the panels are tried in Chromium, which is not on the path")
    root = tmp_path_factory.mktemp("lab")
    for folder in ("widgets", "notebooks"):
        shutil.copytree(shipped(folder), root / "content" / folder)
    with lab_process(root / "content", root / "home") as server:
        yield server


@pytest.fixture
def page(lab, tmp_path):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=CHROMIUM,
            args=FLAGS,
            viewport={"width": 1400, "height": 1600},
        )
        page = context.new_page()
        page.elsewhere, page.complaints = [], []
        page.on("request", lambda request: note_request(page, request.url))
        page.on("console", lambda message: note_message(page, message))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        yield page
        context.close()


def note_request(page, url):
    if not re.match(r"(https?|wss?)://127\.0\.0\.1:|data:|blob:", url):
        page.elsewhere.append(url)


def note_message(page, message):
    if message.type == "error":
        page.complaints.append(message.text)


def open_and_run(lab, page, notebook):
    page.goto(f"{lab.address}/{notebook}?token={lab.token}&reset")
    page.wait_for_function(LOADED, timeout=60_000)
    page.evaluate(READY)
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")


def drag_along_axis(page, first, last):
    """Drag over a part of the chart's width, given as shares of it."""
    box = page.locator(PLOT).first.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + first * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + last * box["width"], y, steps=8)
    page.mouse.up()


def reached(page):
    """Colours of the bars, as the browser draws them."""
    return page.eval_on_selector_all(BARS, "bars => bars.map(bar => getComputedStyle(bar).fill)")


def listed(page):
    """Names in the list of reps, with plain spaces."""
    options = page.locator(".widget-select select option").all_inner_texts()
    return [name.replace("\xa0", " ") for name in options]


def settled(page):
    """Wait until what a drag set in motion has come to rest, and return the names listed."""
    before, names = None, listed(page)
    while names != before:
        page.wait_for_timeout(500)
        before, names = names, listed(page)
    return names


def test_attainment_explorer(lab, page):
    open_and_run(lab, page, "widgets/attainment_explorer.ipynb")
    page.wait_for_selector(BARS, timeout=60_000)
    page.locator(".vega-embed").scroll_into_view_if_needed()

    everyone, colours = listed(page), reached(page)
    assert len(everyone) > 3
    assert len(set(colours)) == 2, "some bars reach the threshold and some do not"

    handle = page.locator(HANDLE).first
    handle.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector("text=/reached 120% of quota/", timeout=10_000)
    page.wait_for_function(
        "([bars, before]) => JSON.stringify([...document.querySelectorAll(bars)]"
        ".map(bar => getComputedStyle(bar).fill)) !== JSON.stringify(before)",
        arg=[BARS, colours],
        timeout=10_000,
    )

    drag_along_axis(page, 0.02, 0.5)
    page.wait_for_function(
        "before => document.querySelectorAll('.widget-select select option').length !== before",
        arg=len(everyone),
        timeout=10_000,
    )
    behind = settled(page)
    assert 0 < len(behind) < len(everyone)
    assert set(behind) < set(everyone)
    page.wait_for_selector(f"text=/^{len(behind)} reps?$/", timeout=10_000)

    page.locator(".widget-select select").select_option(index=len(behind) - 1)
    page.locator("caption", has_text=f"{behind[-1]}: ").wait_for(timeout=10_000)

    assert page.elsewhere == []
    assert page.complaints == []


def test_the_review_draws_its_charts(lab, page):
    open_and_run(lab, page, "notebooks/quarterly_review.ipynb")
    page.wait_for_selector("text=/Rows read = used/", timeout=120_000)
    charts = ".jp-OutputArea-output .vega-embed :is(svg, canvas).marks"
    page.wait_for_function(
        "charts => document.querySelectorAll(charts).length >= 8", arg=charts, timeout=30_000
    )
    assert page.elsewhere == []
    assert page.complaints == []
