"""
Hop 2: the expired items of the stream, and nothing else, go to Firehose.
"""
