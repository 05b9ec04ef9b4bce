"""
How a build fails.

Rule 1: one error, whose text is one sentence for the person at the build: the
file or distribution first, then the reason. The errors of archive are for the
pipeline at work, which is not running here.
"""


class PackageError(Exception):
    """
    A package that would not work, or cannot be made, is not made.
    """
