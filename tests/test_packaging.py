"""What is shipped, what it needs, and what it must not carry."""

from __future__ import annotations

import inspect
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import requires, version
from pathlib import Path
from statistics import median
from zipfile import ZipFile

import pytest
import yaml
from packaging.requirements import Requirement

import spmkit

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONTENT = ("notebooks", "widgets", "datasets")
CONDA_NAMES = {  # PyPI's name where conda-forge has another
    "python-duckdb": "duckdb",
    "ibis-duckdb": "ibis-framework",
    "playwright-python": "playwright",
    "python-build": "build",
}
IGNORED = [
    "datasets/customers.csv",
    "datasets/customer/opportunities.parquet",
    "notebooks/.ipynb_checkpoints/review-checkpoint.ipynb",
    "spmkit/__pycache__/measure.cpython-311.pyc",
    "reports/quarterly_review-2026Q3.html",
]


@pytest.fixture(scope="session")
def tracked(require):
    """The paths that git tracks and that are there."""
    require((ROOT / ".git").exists() and shutil.which("git"), "needs git and its history")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()]


@pytest.fixture(scope="session")
def wheel(tracked, tmp_path_factory):
    """The names in a wheel built from the tracked files with files beside them that git ignores."""
    tree = tmp_path_factory.mktemp("tree")
    for path in tracked:
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, tree / path)
    for path in IGNORED:
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text("Amara Abara,480000\n", encoding="utf-8")
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", "dist", "."]
    subprocess.run([sys.executable, *build], cwd=tree, check=True, capture_output=True)
    (built,) = (tree / "dist").glob("*.whl")
    with ZipFile(built) as archive:
        return archive.namelist()


def test_the_wheel_holds_what_git_tracks_and_nothing_else(wheel, tracked):
    inside = {name for name in wheel if ".dist-info/" not in name}
    library = {path for path in tracked if path.startswith("spmkit/")}
    content = {path for path in tracked if path.startswith(CONTENT)} - {"datasets/build.py"}
    assert inside == library | {f"spmkit/_shipped/{path}" for path in content}


def test_the_wheel_brings_types_reports_panels_and_the_sample(wheel):
    for needed in (
        "spmkit/py.typed",
        "spmkit/_shipped/notebooks/quarterly_review.ipynb",
        "spmkit/_shipped/widgets/attainment_explorer.ipynb",
        "spmkit/_shipped/datasets/sample/spmkit.toml",
    ):
        assert needed in wheel


@pytest.mark.parametrize("path", IGNORED)
def test_git_ignores_what_must_not_leave_the_machine(path, tracked):
    assert tracked
    assert (
        subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, check=False).returncode == 0
    )


def declared():
    """What pyproject declares, core and every extra: name to lower bound."""
    extras = PROJECT["optional-dependencies"].values()
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]
    wanted = [Requirement(line) for line in lines]
    return {one.name: str(one.specifier) for one in wanted if one.name != PROJECT["name"]}


def pinned():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    wrong = [
        line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", line)
    ]
    assert not wrong, f"constraints.txt says more than name==version: {wrong}"
    return {canonical(name): pin for name, pin in (line.split("==") for line in lines)}


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_conda_gets_what_pyproject_declares():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    listed = [line for line in environment["dependencies"] if isinstance(line, str)]
    assert listed[:2] == [f"python{PROJECT['requires-python']}", "pip"]
    named = [Requirement(line) for line in listed[2:]]
    bounds = {CONDA_NAMES.get(one.name, one.name): str(one.specifier) for one in named}
    assert bounds == declared()
    assert environment["dependencies"][-1] == {"pip": ["-e ."]}


def test_each_dependency_is_pinned_within_its_bound():
    pins = pinned()
    for name, bound in declared().items():
        assert Requirement(f"{name}{bound}").specifier.contains(pins[canonical(name)]), name


def test_what_is_installed_is_what_is_pinned():
    pins = pinned()
    there = {name: version(name) for name in pins}
    assert there == pins, "make lock writes the versions that are installed"


def test_nothing_is_pinned_that_nothing_needs():
    assert set(pinned()) - needed(declared()) == set()


def needed(names):
    """The installed packages that these need, directly or not."""
    found, left = set(), [canonical(name) for name in names]
    while left:
        name = left.pop()
        if name in found or name not in pinned():
            continue
        found.add(name)
        left += [canonical(Requirement(line).name) for line in requires(name) or []]
    return found


def import_cost(module):
    """The CPU seconds of a new process that imports one module."""
    used = [sys.executable, "-c", f"import {module}"]
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(used, env=kept)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime


def test_importing_costs_little_more_than_pandas():
    for module in ("pandas", "spmkit"):  # byte code is written, files are read
        import_cost(module)
    ratios = []
    while len(ratios) < 25:  # in pairs, and more of them where the machine is busy
        pandas_alone = import_cost("pandas")
        ratios.append(import_cost("spmkit") / pandas_alone)
        if len(ratios) >= 7 and median(ratios) <= 1.3:
            break
    assert median(ratios) <= 1.3


def test_no_file_names_a_machine_or_a_registry(tracked):
    place = re.compile(rb"(?<![\w.*])/(?:work|root)/\w|/home/(?!someone\b)\w|/Users/\w")
    host = re.compile(rb"pypi[.]org|pythonhosted[.]org|conda[.]anaconda[.]org|registry[.]npmjs")
    for path in tracked:
        text = (ROOT / path).read_bytes()
        assert not (found := place.search(text) or host.search(text)), f"{path}: {found}"


PUBLIC = [name for name in spmkit.__all__ if inspect.isfunction(getattr(spmkit, name, None))]


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_function_shows_an_example(name):
    text = inspect.getdoc(getattr(spmkit, name)) or ""
    assert ">>> " in text.partition("Examples\n--------\n")[2]


def test_each_public_name_is_there():
    assert [name for name in spmkit.__all__ if not hasattr(spmkit, name)] == []


def test_the_makefile_explains_its_verbs():
    text = (ROOT / "Makefile").read_text("utf-8")
    explained = re.findall(r"^([a-z]+):.*## \S", text, re.MULTILINE)
    design = ["help", "demo", "test", "check", "format", "lab", "metrics", "lock", "wheel", "bench"]
    assert explained == [*design, "clean"]
    assert text.split(".PHONY: ")[1].split("\n")[0].split() == explained
