"""
What runs inside a function's own process, before and around its package.

Rule 1: the standard library and nothing else; the package must find nothing
beside itself.
Rule 2: nothing here stays importable once the package is imported.
"""
