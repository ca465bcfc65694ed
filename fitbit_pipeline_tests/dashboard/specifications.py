"""Reads chart specifications: layers by mark, and the rows that a layer draws."""

import json
from typing import Any

from dashboard.charts.figure import Figure


def specification_of(figure: Figure) -> dict[str, Any]:
    """The Vega-Lite specification."""
    specification: dict[str, Any] = json.loads(figure.chart.to_json())
    return specification


def layers_of(figure: Figure, mark: str) -> list[dict[str, Any]]:
    """The layers that draw one kind of mark."""
    return [each for each in specification_of(figure)["layer"] if each["mark"]["type"] == mark]


def rows_of(figure: Figure, layer: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that a layer is given, before its filters."""
    whole = specification_of(figure)
    data = layer.get("data") or whole["data"]
    rows: list[dict[str, Any]] = whole["datasets"][data["name"]]
    return rows
