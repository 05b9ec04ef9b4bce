"""
`firn restore`: archived objects readable for a time, for a price that is told.
"""
