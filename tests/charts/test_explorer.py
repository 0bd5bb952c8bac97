from __future__ import annotations

import pandas as pd
import pytest
import vl_convert

from spmkit.charts.explorer import explorer_histogram
from spmkit.charts.theme import ACCENT


def spec(*attainment, threshold=1.0):
    return explorer_histogram(
        pd.DataFrame({"attainment": attainment}), threshold, "2026Q3"
    ).to_dict()


def bins(*attainment):
    return spec(*attainment)["layer"][0]["encoding"]["x"]["bin"]


def test_reps_without_an_attainment_are_not_drawn():
    drawn = spec(0.85, None, 1.2)
    assert drawn["datasets"][drawn["data"]["name"]] == [{"attainment": 0.85}, {"attainment": 1.2}]
    assert drawn["description"].startswith("Histogram of 2 reps")


def test_brush_and_threshold_are_parameters():
    params = {param["name"]: param for param in spec(0.85, threshold=0.9)["params"]}
    assert params["threshold"]["value"] == 0.9
    assert params["brush"]["select"] == {"type": "interval", "encodings": ["x"]}


def test_what_reaches_the_threshold_is_in_the_accent_colour():
    layer = spec(0.85)["layer"][0]
    assert layer["transform"] == [{"calculate": "datum.attainment >= threshold", "as": "reached"}]
    scale = layer["encoding"]["color"]["scale"]
    assert scale["range"][scale["domain"].index(True)] == ACCENT


def test_the_brushed_part_has_the_bars_of_the_whole():
    whole, part, _ = spec(0.85, 1.2)["layer"]
    assert part["transform"][-1] == {"filter": {"param": "brush"}}
    assert part["encoding"]["x"] == whole["encoding"]["x"]


@pytest.mark.parametrize(
    ("attainment", "step", "extent"),
    [
        ((0.85, 1.2), 0.1, [0.8, 1.3]),
        ((-0.05, 2.0), 0.1, [-0.1, 2.1]),
        ((0.0, 5.0), 0.2, [0.0, 5.2]),
        ((0.0, 40.0), 2, [0, 42]),
        ((), 0.1, [0, 1]),
    ],
)
def test_bars_are_as_fine_as_their_number_allows(attainment, step, extent):
    assert bins(*attainment)["step"] == step
    assert bins(*attainment)["extent"] == pytest.approx(extent)


@pytest.mark.parametrize("attainment", [(0.85, 1.2), (), (-0.3, 42.0)])
def test_the_chart_draws(attainment):
    svg = vl_convert.vegalite_to_svg(spec(*attainment))
    assert svg.count('aria-roledescription="bar"') == 2 * len(attainment)
