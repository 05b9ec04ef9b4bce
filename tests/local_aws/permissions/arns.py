"""
What the calls of this folder are about, as IAM names it.
"""

ACCOUNT = "us-east-1:123456789012"
QUEUE = f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT[-12:]}/q"
TABLE = f"arn:aws:dynamodb:{ACCOUNT}:table/t"
GLUE = f"arn:aws:glue:{ACCOUNT}"
BUCKET = "arn:aws:s3:::archive"
KEY = {"Bucket": "archive", "Key": "items/a b.parquet"}
ITEM = {"id": {"S": "a"}}
FUNCTION = f"arn:aws:lambda:{ACCOUNT}:function:f"
MAPPING = "6a4c0d0e-9a2a-4d6c-8d39-0d9e3f0d7a11"
LOGS = f"arn:aws:logs:{ACCOUNT}:log-group"
KMS = f"arn:aws:kms:{ACCOUNT}:key/k"
