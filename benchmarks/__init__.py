"""
How fast and how small, beside the peers, in one run.

Timings are compared as ratios within a run, never as absolute numbers: the
machine may be shared.
"""
