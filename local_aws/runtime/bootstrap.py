"""
The first lines of a function's process.

Rule 1: when the handler is imported, Python finds the package, the standard
library, and nothing else; least of all what is read here.

Started by local_aws/function_process.py as `python -I -S`: no PYTHONPATH, no
site-packages.
"""

import json
import os
import sys
from pathlib import Path

from local_aws.runtime import awslambdaric, plain
from local_aws.runtime.places import Places, settle
from local_aws.runtime.travel import Travel

# What settle may add.
_SETTLED = ("TMPDIR", "SCRATCH")

_CLIENTS = {"plain": plain.serve, "awslambdaric": awslambdaric.serve}


def main(start: str) -> None:
    """
    Become the function that `start` describes, in JSON, and serve its events.
    """
    told = json.loads(start)
    travel = Travel(told["now_ms"])
    timeout_ms = told["timeout_ms"]
    places = settle(
        Places(
            task=Path(told["task"]),
            runtime=Path(told["runtime"]),
            scratch=Path(told["scratch"]),
        )
    )
    _forget_ourselves(told["ours"])
    for name in {*os.environ}.difference(told["variables"], _SETTLED):
        # Python itself adds LC_CTYPE on a machine without the locale of LANG.
        del os.environ[name]
    sys.path.insert(0, str(places.task))
    if told["client"] != "plain":
        # Holds AWS's own client and what that needs.
        sys.path.append(str(places.runtime))
    os.environ["LAMBDA_TASK_ROOT"] = str(places.task)
    os.environ["LAMBDA_RUNTIME_DIR"] = str(places.runtime)
    os.chdir(places.task)
    handler = os.environ["_HANDLER"]
    sys.argv = ["bootstrap", handler]
    _CLIENTS[told["client"]](
        handler, lambda deadline_ms: travel.to(deadline_ms - timeout_ms)
    )


def _forget_ourselves(root: str) -> None:
    sys.path.remove(root)
    sys.path_importer_cache.pop(root, None)
    for name in [*sys.modules]:
        if name.partition(".")[0] == "local_aws":
            del sys.modules[name]
