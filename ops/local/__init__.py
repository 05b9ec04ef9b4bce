"""
`firn local`: the whole pipeline on this machine, over an emulated AWS.
"""
