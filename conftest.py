"""The names that every docstring example finds."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import spmkit


@pytest.fixture(autouse=True)
def _example_names(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace.update(pd=pd, spm=spmkit)
