"""
Starts a handler cold with the standard library and one package, and nothing else.

Run as `python -I -S cold_start.py PACKAGE MODULE`.
"""

import importlib
import json
import sys

package, module = sys.argv[1:]
sys.path = [each for each in sys.path if "-packages" not in each] + [package]

importlib.import_module(module).cold_start()

files = [getattr(each, "__file__", None) or "" for each in sys.modules.values()]
sys.stdout.write(
    json.dumps(
        {
            "numpy": "numpy" in sys.modules,
            "elsewhere": sorted(
                file for file in files if "-packages" in file and package not in file
            ),
        }
    )
)
