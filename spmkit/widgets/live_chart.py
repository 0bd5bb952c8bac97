"""A chart that answers to the mouse, drawn without a network."""

from __future__ import annotations

from typing import Any

import altair as alt

from spmkit.charts.theme import use_theme


class OfflineChart(alt.JupyterChart):
    """A live chart that carries its own JavaScript, instead of loading it from the web."""


def live_chart(chart: alt.TopLevelMixin) -> OfflineChart:
    """Make of a chart a widget whose selections and parameters Python can read and set.

    The first one of a process takes a second or two: its JavaScript is bundled then.

    Parameters
    ----------
    chart
        A chart with named parameters or selections.

    Returns
    -------
    OfflineChart
        ``.params`` holds the parameters, ``.selections`` the selections. Both are new objects
        once ``.chart`` is set again: observe them again.
    """
    use_theme()
    OfflineChart.enable_offline()
    options: dict[str, Any] = {"actions": False, "renderer": "svg"}
    return OfflineChart(chart, debounce_wait=100, embed_options=options)  # type: ignore[arg-type]
