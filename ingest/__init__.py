"""
Hop 1: messages from the queue become items of the table.
"""
