"""What the command line loads: nobody waits for what their command does not use."""

import subprocess
import sys

DAGSTER_IS_LOADED = "import fitbit_pipeline.cli.main, sys; print('dagster' in sys.modules)"


def test_commands_that_run_nothing_do_not_wait_for_dagster() -> None:
    """It takes longer to load than all the rest of the program."""
    done = subprocess.run(
        [sys.executable, "-c", DAGSTER_IS_LOADED], check=True, capture_output=True, text=True
    )

    assert done.stdout == "False\n"
