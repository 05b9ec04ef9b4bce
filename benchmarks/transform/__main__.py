"""
python -m benchmarks.transform.
"""

from benchmarks.transform import run

run()
