"""
What AWS asks for reading an archive.

Rule 1: this is the only file of ops that knows a price. Prices are list prices of
one region, of the day they were read; taxes and discounts are not in them.
Rule 2: money is Decimal, in US dollars, from the price to the page.

Amazon S3 Pricing ("Storage & requests", US East (N. Virginia)); Amazon Athena
Pricing ("SQL queries", per-query billing).
"""

from datetime import date
from decimal import Decimal

PRICES_REGION = "us-east-1"
PRICES_DATE = date(2026, 6, 18)

# S3 and Athena count a gigabyte and a terabyte in powers of two (Amazon S3 FAQs:
# "How will I be charged and billed").
GB_BYTES = 1024**3
TB_BYTES = 1024**4

# By storage class and tier. Flexible Retrieval's Bulk is free; Deep Archive has
# no Expedited.
RETRIEVAL_USD_PER_GB = {
    ("GLACIER", "Bulk"): Decimal(0),
    ("GLACIER", "Standard"): Decimal("0.01"),
    ("GLACIER", "Expedited"): Decimal("0.03"),
    ("DEEP_ARCHIVE", "Bulk"): Decimal("0.0025"),
    ("DEEP_ARCHIVE", "Standard"): Decimal("0.02"),
}
RETRIEVAL_USD_PER_1000_REQUESTS = {
    ("GLACIER", "Bulk"): Decimal(0),
    ("GLACIER", "Standard"): Decimal("0.05"),
    ("GLACIER", "Expedited"): Decimal(10),
    ("DEEP_ARCHIVE", "Bulk"): Decimal("0.025"),
    ("DEEP_ARCHIVE", "Standard"): Decimal("0.10"),
}

# A restored copy is billed as an object of this class while it is there (Amazon S3
# Pricing: "S3 Glacier Flexible Retrieval ... restored data"). The first 50 TB.
STANDARD_USD_PER_GB_MONTH = Decimal("0.023")
# A month is the calendar's (Amazon S3 FAQs: byte-hours are divided by the hours of
# the month), and nobody is to pay more than was told: so the shortest one.
MONTH_SECONDS = 28 * 86_400

# Rounded up to the megabyte, and never less than ten of them for one query.
ATHENA_USD_PER_TB = Decimal(5)
ATHENA_BYTES_MIN = 10 * 1024**2
