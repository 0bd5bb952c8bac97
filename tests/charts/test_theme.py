from __future__ import annotations

import altair as alt
import pandas as pd
import pytest

from spmkit.charts import theme


@pytest.fixture
def chart():
    theme.use_theme()
    frame = pd.DataFrame({"team": ["North", "South"], "attainment": [1.06, 0.84]})
    return alt.Chart(frame, title="South fell").mark_bar().encode(x="attainment:Q", y="team:N")


def _lightness(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted([_lightness(one), _lightness(other)], reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "muted", "accent", "worse"])
def test_words_can_be_read_on_the_paper(name, look):
    assert _contrast(theme.COLOURS[name][look], theme.COLOURS["paper"][look]) >= 4.5


def test_no_colour_has_two_partners():
    lights = [light for light, _ in theme.COLOURS.values()]
    assert len(set(lights)) == len(lights)
    assert all(light == light.lower() for light in lights)


def test_a_chart_takes_its_look_from_the_theme(chart):
    config = chart.to_dict()["config"]
    assert config["mark"]["color"] == theme.ACCENT
    assert config["axis"]["domain"] is False


def test_a_chart_leaves_as_what_lab_and_page_can_draw(chart):
    data, metadata = chart._repr_mimebundle_()
    assert set(data) == {theme.MIME, "text/plain"}
    assert data["text/plain"] == "South fell"
    assert metadata[theme.MIME] == {"embed_options": {"actions": False}}


def test_the_theme_can_be_turned_on_twice(chart):
    before = chart.to_dict()
    theme.use_theme()
    assert chart.to_dict() == before


def test_every_colour_of_the_theme_has_a_dark_partner():
    def colours(node):
        if isinstance(node, str):
            return {node} if node.startswith("#") else set()
        children = (
            node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
        )
        return set().union(*(colours(child) for child in children))

    assert colours(theme.theme()) <= {light for light, _ in theme.COLOURS.values()}


def test_a_chart_that_says_nothing_is_called_a_chart():
    assert theme.chart_text({"mark": "bar"}) == "Chart"
    assert theme.chart_text({"title": {"subtitle": "only"}}) == "Chart"
