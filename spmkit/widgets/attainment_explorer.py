"""Panel: how attainment is spread over the reps, and who and what is behind each bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets

from spmkit.attainment import dimensions
from spmkit.charts.explorer import explorer_histogram
from spmkit.data import SalesData
from spmkit.widgets.attainment_source import AttainmentSource, source_of
from spmkit.widgets.attainment_tables import (
    credits_table,
    groups_table,
    reps_between,
    reps_table,
    summary,
)
from spmkit.widgets.live_chart import live_chart

LOWEST, HIGHEST, STEP = 0.2, 2.0, 0.05


class AttainmentExplorer(ipywidgets.VBox):  # type: ignore[misc]
    """The panel that :func:`attainment_explorer` makes.

    Its controls are ``period``, ``by``, ``threshold`` and ``rep``; its chart is ``chart``.
    """

    def __init__(
        self, source: AttainmentSource, period: str, by: str | None, threshold: float
    ) -> None:
        self.source = source
        self._reps = source.reps(period)
        self._controls(period, by, threshold)
        self.chart = live_chart(self._histogram())
        self.headline, self.groups, self.reps, self.credits = (ipywidgets.HTML() for _ in range(4))
        self.rep = ipywidgets.Select(rows=10, layout={"width": "260px"})
        super().__init__(self._layout())
        self._observe()
        self._show_groups()
        self._show_brushed()

    def parameters(self) -> dict[str, Any]:
        """Return what every report takes: the data and the period that the panel shows.

        Returns
        -------
        dict
            ``data`` and ``period``, both text, as ``run_report`` takes them.
        """
        return {"data": self.source.data, "period": self.period.value}

    def _controls(self, period: str, by: str | None, threshold: float) -> None:
        dated = [(f"{p.label} ({p.start} to {p.end})", p.label) for p in self.source.periods]
        self.period = ipywidgets.Dropdown(
            options=dated, value=period, description="Period", layout={"width": "340px"}
        )
        self.by = ipywidgets.Dropdown(options=dimensions(self._reps), value=by, description="By")
        self.threshold = ipywidgets.FloatSlider(
            value=threshold,
            min=LOWEST,
            max=HIGHEST,
            step=STEP,
            readout_format=".0%",
            description="Threshold",
        )

    def _layout(self) -> list[ipywidgets.Widget]:
        wrapped = {"flex_flow": "row wrap"}
        return [
            ipywidgets.HBox([self.period, self.by, self.threshold], layout=wrapped),
            self.headline,
            ipywidgets.HBox([self.chart, self.groups], layout=wrapped),
            self.reps,
            ipywidgets.HBox([self.rep, self.credits], layout=wrapped),
        ]

    def _observe(self) -> None:
        self.period.observe(lambda _: self._change_period(), "value")
        self.by.observe(lambda _: self._change_dimension(), "value")
        self.threshold.observe(lambda _: self._change_threshold(), "value")
        self.rep.observe(lambda _: self._show_credits(), "value")
        self._observe_brush()

    def _observe_brush(self) -> None:
        self.chart.selections.observe(lambda _: self._show_brushed(), "brush")

    def _change_period(self) -> None:
        self._reps = self.source.reps(self.period.value)
        self.chart.chart = self._histogram()
        self._observe_brush()  # a new chart has new selections
        self._show_groups()
        self._show_brushed()

    def _change_dimension(self) -> None:
        self._show_groups()
        self._show_reps()

    def _change_threshold(self) -> None:
        self.chart.params.set_trait("threshold", self._at())
        self._show_groups()

    def _show_groups(self) -> None:
        period, by, at = self.period.value, self.by.value, self._at()
        total = self.source.groups(period, None, at)
        self.headline.value = summary(total, self._reps, at, period)
        groups = self.source.groups(period, by, at) if by else total
        self.groups.value = groups_table(groups, by, at)

    def _show_brushed(self) -> None:
        """Offer the reps behind the brush to choose from, the best of them chosen."""
        reps = reps_between(self._reps, self._brushed())
        self.rep.options = list(zip(reps["rep"].astype(str), reps["rep_id"], strict=True))
        self.rep.value = next(iter(reps["rep_id"]), None)
        self._show_reps()
        self._show_credits()

    def _show_reps(self) -> None:
        self.reps.value = reps_table(reps_between(self._reps, self._brushed()), self.by.value)

    def _show_credits(self) -> None:
        lines = self.source.credit_lines(self.period.value)
        chosen = lines[lines["rep_id"] == self.rep.value]
        self.credits.value = credits_table(chosen, self.rep.label) if self.rep.label else ""

    def _histogram(self) -> Any:
        return explorer_histogram(self._reps, self._at(), self.period.value)

    def _brushed(self) -> tuple[float, float] | None:
        span = self.chart.selections.trait_values()["brush"].value.get("attainment")
        return (span[0], span[1]) if span else None

    def _at(self) -> float:
        return round(float(self.threshold.value), 2)  # the slider's 1.1 may be 1.1000000000000001


def attainment_explorer(
    data: SalesData,
    period: str | None = None,
    by: str | None = None,
    threshold: float = 1.0,
) -> AttainmentExplorer:
    """Open the panel that shows how attainment is spread over the reps.

    Dragging over the histogram lists the reps behind its bars; choosing a rep lists the
    credit lines behind the rep.

    Parameters
    ----------
    data
        Opened data with a ``quotas`` table.
    period
        A complete period that has quotas, such as ``"2026Q3"``; the latest by default.
    by
        Dimension of the table beside the chart: region, team, manager, segment or role,
        where reps differ in it; by default the first of these.
    threshold
        Attainment that counts as reached, 0.2 to 2.0; 1.0 is quota.

    Returns
    -------
    AttainmentExplorer
        A widget; its ``parameters()`` turn what it shows into a report's parameters.

    Raises
    ------
    ValueError
        If no period is complete, or an argument is none of its choices.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada", "bo"], "name": ["Ada", "Bo"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": ["ada"],
    ...         "outcome": "won", "closed_on": "2026-07-01", "amount": [120.0]}),
    ...     "quotas": pd.DataFrame({"rep_id": ["ada", "bo"], "period_start": "2026-07-01",
    ...         "period_end": "2026-09-30", "quota": [100.0, 100.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> attainment_explorer(data).headline.value
    '<p>1 of 2 reps (50.0%; 95% interval 9% to 91%) reached 100% of quota in 2026Q3.</p>'
    """
    return explore(source_of(data), period, by, threshold)


def explore(
    source: AttainmentSource,
    period: str | None = None,
    by: str | None = None,
    threshold: float = 1.0,
) -> AttainmentExplorer:
    """Open the panel on a source; the arguments are those of :func:`attainment_explorer`."""
    labels = [one.label for one in source.periods]
    if not labels:
        raise ValueError("no period with quotas is complete: there is no attainment to explore yet")
    _refuse("period", period, labels)
    if not LOWEST <= threshold <= HIGHEST:
        raise ValueError(f"threshold is {threshold}: give {LOWEST} to {HIGHEST}, 1.0 is quota")
    first = period or labels[0]
    choices = dimensions(source.reps(first))
    _refuse("by", by, choices)
    return AttainmentExplorer(source, first, by or next(iter(choices), None), threshold)


def _refuse(name: str, value: str | None, choices: Sequence[str]) -> None:
    if value is not None and value not in choices:
        raise ValueError(f"{name} is {value!r}, which is not among {', '.join(choices) or 'any'}")
