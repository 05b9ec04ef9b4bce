"""
What the archive is: its formats, its names and its errors.

Rule 1: this package imports none of ours, no AWS, no environment and no clock.
Rule 2: every fact of the format stands in one file here, and docs/FORMAT.md
describes it for a reader who has nothing of ours.
"""
