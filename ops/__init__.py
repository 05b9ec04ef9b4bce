"""
What people do with an archive: the `firn` command.
"""
