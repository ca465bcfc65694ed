"""What a new process of a test would run first is no page of the dashboard.

Streamlit's test driver makes the page the main program; a process that ``multiprocessing`` spawns
afterwards would then draw it, in the home of whoever runs the tests.
"""

from multiprocessing.spawn import get_preparation_data

import pytest

from fitbit_pipeline_tests.dashboard.running import APP, open_page


def _run_first() -> object:
    data = get_preparation_data("a new process")
    return data.get("init_main_from_path")


@pytest.mark.usefixtures("deployment")
def test_while_a_page_is_tested_it_is_the_page() -> None:
    open_page("overview")

    assert _run_first() == str(APP)


def test_afterwards_it_is_not() -> None:
    assert _run_first() != str(APP)
