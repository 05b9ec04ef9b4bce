"""
`firn verify`: the archive compared with what its ledger says of it.
"""
