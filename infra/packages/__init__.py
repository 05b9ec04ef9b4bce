"""
The Lambda packages: what is in them, and how the same commit gives the same bytes.
"""
