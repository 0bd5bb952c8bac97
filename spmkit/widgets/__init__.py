"""Panels: widgets to explore data with in JupyterLab, one module a panel."""

from spmkit.widgets.attainment_explorer import attainment_explorer

__all__ = ["attainment_explorer"]
