"""Runs pages as Streamlit does, without a browser, and reads what they show."""

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

import dashboard

APP = Path(dashboard.__file__).with_name("app.py")
SECONDS = 60


def open_page(name: str, **address: str) -> AppTest:
    """Opens a page.

    Args:
        name: Its file in ``app_pages``, without the ending.
        **address: What the address asks for; ``from_`` stands for ``from``.
    """
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    for key, value in address.items():
        app.query_params[key.rstrip("_")] = value
    return app.switch_page(f"app_pages/{name}.py").run()


def address_of(app: AppTest) -> dict[str, str]:
    """What stands in the address."""
    # Streamlit's test driver hands back a list for what it was given, and text for what was set.
    return {
        name: value if isinstance(value, str) else value[0]
        for name, value in app.query_params.items()
    }


def charts_of(app: AppTest) -> list[Any]:
    """The charts of the page."""
    return list(app.get("vega_lite_chart"))


def tiles_of(app: AppTest) -> dict[str, str]:
    """The values of the tiles by their labels."""
    return {metric.label: metric.value for metric in app.metric}
