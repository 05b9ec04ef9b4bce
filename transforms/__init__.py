"""
Hop 3: landed objects become Parquet by device and date, through the ledger.
"""
