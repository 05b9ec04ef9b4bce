"""
What others would do with the same frames, each in a script of its own.

Every one of them is lossy: it keeps the columns that are declared, and what
does not fit them is rounded, null or gone.
"""
