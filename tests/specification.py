"""What the tests of charts ask of a specification."""

from __future__ import annotations

import json
import re


def rows(spec, layer=0):
    """The data of a layer, or of the chart where the layer has none of its own."""
    data = spec["layer"][layer].get("data") or spec["data"]
    return spec["datasets"][data["name"]]


def marks(spec):
    return [layer["mark"]["type"] for layer in spec["layer"]]


def fields(spec, mark):
    """Channel to field of the first layer drawn with a mark."""
    layer = next(layer for layer in spec["layer"] if layer["mark"]["type"] == mark)
    encoding = layer["encoding"]
    return {c: e["field"] for c, e in encoding.items() if isinstance(e, dict) and "field" in e}


def assert_stands_alone(spec):
    """Nothing is fetched, nothing is computed, and the words are there for who cannot see."""
    plain = {key: value for key, value in spec.items() if key != "$schema"}
    assert not re.search(r"https?://|//www", json.dumps(plain))
    assert '"url"' not in json.dumps(plain)
    for word in ("transform", "aggregate", "timeUnit"):
        assert f'"{word}"' not in json.dumps(plain)
    assert spec["description"]
    assert spec["title"]["text"] in spec["description"]
    assert "nan" not in spec["description"].lower()
