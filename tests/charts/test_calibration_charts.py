"""Charts of the quota calibration: what they hold, and that names and amounts are written."""

from __future__ import annotations

import pandas as pd

from spmkit.charts import attainment_boxes, attainment_followed, policy_curve, quota_heatmap

REACHED = pd.DataFrame(
    {
        "attainment": [0.5, 1.0, 2.4],
        "share": [1.0, 0.5, 0.1],
        "low": [0.8, 0.3, 0.0],
        "high": [1.0, 0.7, 0.3],
    }
)
CURVE = pd.DataFrame({"attainment": [0.5, 1.0], "share": [0.95, 0.6]})
SHARES = pd.DataFrame(
    {"attainment": [1.0], "low": [0.6], "high": [0.6], "label": ["60 % at quota"]}
)


def marks(chart):
    return [
        layer["mark"]["type"]
        for layer in chart.to_dict()["layer"]
        if isinstance(layer["mark"], dict)
    ]


def test_what_is_not_declared_is_not_drawn():
    whole = policy_curve(REACHED, CURVE, SHARES, "a", "b")
    bare = policy_curve(REACHED, CURVE[:0], SHARES[:0], "a", "b")
    assert marks(whole).count("line") == 2
    assert marks(bare).count("line") == 1
    assert "text" in marks(whole)
    assert "text" not in marks(bare)
    assert "Declared" not in bare.to_dict()["description"]


def test_each_thing_given_has_its_panel_with_its_finding():
    points = pd.DataFrame(
        {
            "given": ["potential", "tenure", "tenure"],
            "rep": ["Ada", "Ada", "Bo"],
            "value": [14.0, 1.0, 2.0],
            "relative": [0.1, 0.0, -0.1],
        }
    )
    panels = [("potential", "money", "No relation"), ("tenure", "count", "Cannot tell")]
    drawn = attainment_followed(
        points, points.assign(low=0.0, high=0.1), panels, "a", "b"
    ).to_dict()
    assert [panel["title"]["text"] for panel in drawn["hconcat"]] == ["No relation", "Cannot tell"]
    held = [len(drawn["datasets"][one["layer"][1]["data"]["name"]]) for one in drawn["hconcat"]]
    assert held == [1, 2]


def test_boxes_stand_in_their_order():
    groups = pd.DataFrame(
        {
            "bucket": ["smallest fifth", "largest fifth"],
            **{name: [0.9, 1.0] for name in ("p10", "p25", "p50", "p75", "p90")},
            "n": [12, 12],
            "told": ["90 %", "100 %"],
        }
    )
    drawn = attainment_boxes(groups, "a", "b").to_dict()
    assert drawn["layer"][1]["encoding"]["y"]["sort"] is None
    assert "smallest fifth: half from 90 % to 90 %, 90 %" in drawn["description"]


def test_each_cell_says_its_amount_in_ink_that_can_be_read():
    cells = pd.DataFrame(
        {"group": ["East", "West"], "part": "October", "quota": [1_000_000.0, 3_000_000.0]}
    )
    drawn = quota_heatmap(cells, "a", "b").to_dict()
    rows = next(iter(drawn["datasets"].values()))
    assert [(row["told"], row["dark"]) for row in rows] == [("1.00 M", False), ("3.00 M", True)]
