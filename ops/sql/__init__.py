"""
Athena's SQL over Parquet files on this machine, run by DuckDB.
"""
