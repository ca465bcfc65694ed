"""Runs the command that its arguments name, and prints its seconds, exit code and memory as JSON.

Started by ``bench.measured``. It loads next to nothing, because Linux counts to the memory of a new
process what the one held that started it.
"""

import json
import os
import subprocess
import sys
import time

begun = time.monotonic()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)  # noqa: S603 - as we are told
_, status, usage = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
print(json.dumps([time.monotonic() - begun, process.returncode, usage.ru_maxrss]))
