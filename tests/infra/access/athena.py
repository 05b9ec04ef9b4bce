"""
What Athena does in the name of whoever runs a query.

Rule 1: it asks Glue and S3 with that person's permissions. No emulator shows it, so
it is done here as calls of that person (Athena: "Identity-based policies", "Access
to Amazon S3 from Athena", "Fine-grained access to databases and tables").
"""

from collections.abc import Mapping
from typing import Any

from tests.infra.access.person import Person, keys_under


def query(person: Person, deployment: Mapping[str, Any]) -> None:
    """
    One query, as Athena's console asks for it, and what Athena does for that.
    """
    athena, workgroup = person.client("athena"), deployment["athena_workgroup"]
    athena.get_work_group(WorkGroup=workgroup)
    for query in athena.list_named_queries(WorkGroup=workgroup)["NamedQueryIds"][:1]:
        athena.get_named_query(NamedQueryId=query)
    started = athena.start_query_execution(
        QueryString="SELECT count(*) FROM items WHERE device = ?",
        ExecutionParameters=["'device-1'"],
        QueryExecutionContext={"Database": deployment["glue_database"]},
        WorkGroup=workgroup,
    )["QueryExecutionId"]
    # It goes on as it is asked after.
    state = ""
    while state not in ("SUCCEEDED", "FAILED", "CANCELLED"):
        told = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
        state = told["Status"]["State"]
    _athena_itself(person, deployment, started)
    athena.get_query_results(QueryExecutionId=started)
    athena.stop_query_execution(QueryExecutionId=started)


def _athena_itself(person: Person, deployment: Mapping[str, Any], started: str) -> None:
    glue, database = person.client("glue"), deployment["glue_database"]
    glue.get_database(Name=database)
    glue.get_tables(DatabaseName=database)
    for view in ("items", "archive", "archive_files"):
        glue.get_table(DatabaseName=database, Name=view)
    partitions = glue.get_partitions(DatabaseName=database, TableName="archive")
    wanted = [{"Values": each["Values"]} for each in partitions["Partitions"][:1]]
    glue.batch_get_partition(
        DatabaseName=database, TableName="archive", PartitionsToGet=wanted
    )

    s3, archive = person.client("s3"), deployment["archive_bucket"]
    s3.get_bucket_location(Bucket=archive)
    for key in keys_under(s3, archive, "ledger/files/"):
        s3.get_object(Bucket=archive, Key=key)["Body"].read()
    for key in keys_under(s3, archive, "items/")[:1]:
        s3.head_object(Bucket=archive, Key=key)

    results = deployment["athena_results"]
    s3.get_bucket_location(Bucket=results)
    key = f"results/{started}.csv"
    s3.put_object(Bucket=results, Key=key, Body=b'"_col0"\n')
    s3.list_objects_v2(Bucket=results, Prefix=key)
    s3.get_object(Bucket=results, Key=key)["Body"].read()
    upload = s3.create_multipart_upload(Bucket=results, Key=f"{key}.large")["UploadId"]
    part = {"Bucket": results, "Key": f"{key}.large", "UploadId": upload}
    s3.upload_part(**part, PartNumber=1, Body=b"1")
    s3.list_parts(**part)
    s3.list_multipart_uploads(Bucket=results)
    s3.abort_multipart_upload(**part)
