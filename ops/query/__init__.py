"""
`firn query`: SQL over the archive, complete or not at all.
"""
