"""
Each literal that loses items when it is wrong, once wrong.

Rule 1: a mutation is the smallest slip of a hand: a word, a number, a line. It
stands exactly once in its file, so that the list cannot rot unseen.
Rule 2: `caught_by` is the run of infra/tests/lossless.tftest.hcl that must fail,
and `consequence` begins the sentence with which it does.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """
    One slip: in which file `good` became `bad`, and who has to notice.
    """

    name: str
    file: str
    good: str
    bad: str
    caught_by: str
    consequence: str


_TABLE = "a_deleted_item_leaves_the_table_with_its_image"
_REACHES = "every_ttl_delete_reaches_the_router_and_nothing_else_does"
_GIVES_UP = "the_router_neither_gives_up_early_nor_waits_until_the_stream_forgets"
_LANDS = "frames_land_as_they_are"
_CURRENT = "nothing_current_is_ever_deleted_by_a_lifecycle"
_COLD = "only_archive_objects_become_cold"
_FLOOR = "with_a_floor_and_an_end_only_archive_objects_are_touched"
_MESSAGE = "no_message_is_given_up_before_it_is_stored_or_set_aside"
_WOKEN = "the_transform_is_woken_every_hour_and_a_failure_is_kept"
_BUILT = "functions_run_what_was_built_for_them"
_TOLD = "functions_are_told_what_they_must_know"


def _in(file: str, caught_by: str, *slips: tuple[str, str, str, str]) -> list[Mutation]:
    return [
        Mutation(
            name=name,
            file=file,
            good=good,
            bad=bad,
            caught_by=caught_by,
            consequence=consequence,
        )
        for name, good, bad, consequence in slips
    ]


_PARTIAL = 'function_response_types = ["ReportBatchItemFailures"]'
_NONCURRENT = """    expiration {
      expired_object_delete_marker = true
    }
"""
_AFTER_A_YEAR = """    expiration {
      days = 365
    }
"""

MUTATIONS = (
    *_in(
        "table.tf",
        _TABLE,
        ("keys only", '= "OLD_IMAGE"', '= "KEYS_ONLY"', "Without the old image"),
        ("new images", '= "OLD_IMAGE"', '= "NEW_IMAGE"', "Without the old image"),
        (
            "no time to live",
            "    enabled        = true\n",
            "    enabled        = false\n",
            "Nothing would expire",
        ),
        (
            "time to live elsewhere",
            "    attribute_name = var.source_attributes.ttl_attribute\n",
            '    attribute_name = "expireAt"\n',
            "Nothing would expire",
        ),
        (
            "another range key",
            "  range_key = var.source_attributes.created_at_attribute\n\n  attribute",
            "  range_key = var.source_attributes.device_attribute\n\n  attribute",
            "Other keys overwrite",
        ),
        (
            "a key of text",
            '== "iso8601" ? "S" : "N"',
            '== "iso8601" ? "N" : "S"',
            "DynamoDB would refuse",
        ),
        (
            "a table that may be deleted",
            "deletion_protection_enabled = var.deletion_protection",
            "deletion_protection_enabled = false",
            "One wrong destroy",
        ),
        (
            "no recovery",
            "enabled = var.point_in_time_recovery",
            "enabled = false",
            "A wrong write",
        ),
    ),
    *_in(
        "router.tf",
        _REACHES,
        (
            "another stream",
            "  event_source_arn = local.stream_arn",
            "  event_source_arn = local.table_arn",
            "The router would read another",
        ),
        ("latest", '"TRIM_HORIZON"', '"LATEST"', "With LATEST"),
        (
            "a typo in the service",
            '["dynamodb.amazonaws.com"]',
            '["dynamodb.amazonws.com"]',
            "A filter with a typo",
        ),
        ("removed", '["REMOVE"]', '["REMOVED"]', "A filter with a typo"),
        (
            "the spelling of the Streams API",
            "          principalId = [",
            "          PrincipalId = [",
            "A filter with a typo",
        ),
        (
            "one level too deep",
            "        userIdentity = {",
            "        dynamodb = {",
            "A filter with a typo",
        ),
        (
            "a mapping that is off",
            "  enabled          = true",
            "  enabled          = false",
            "A disabled mapping",
        ),
        (
            "no window",
            "  maximum_batching_window_in_seconds = 60\n",
            "  maximum_batching_window_in_seconds = 0\n",
            "Without a window",
        ),
        (
            "ten at a time",
            "  batch_size                         = 10000\n",
            "  batch_size                         = 10\n",
            "Smaller batches",
        ),
    ),
    *_in(
        "router.tf",
        _GIVES_UP,
        ("ten seconds", "timeout = 300", "timeout = 10", "The router must have"),
        (
            "any age",
            "maximum_record_age_in_seconds = 43200",
            "maximum_record_age_in_seconds = -1",
            "Unbounded (-1)",
        ),
        (
            "all of the stream's age",
            "maximum_record_age_in_seconds = 43200",
            "maximum_record_age_in_seconds = 86400",
            "Unbounded (-1)",
        ),
        (
            "three attempts",
            "maximum_retry_attempts        = 10000",
            "maximum_retry_attempts        = 3",
            "A few attempts",
        ),
        (
            "no bisecting",
            "  bisect_batch_on_function_error = true",
            "  bisect_batch_on_function_error = false",
            "One record that kills",
        ),
        ("all or nothing", _PARTIAL, "function_response_types = []", "Without it Lam"),
        (
            "failures to a queue",
            'destination_arn = aws_s3_bucket.this["failures"].arn',
            "destination_arn = aws_sqs_queue.dead_letters[0].arn",
            "Only S3 is given",
        ),
        (
            "failures among landed objects",
            'destination_arn = aws_s3_bucket.this["failures"].arn',
            'destination_arn = aws_s3_bucket.this["landing"].arn',
            "Only S3 is given",
        ),
    ),
    *_in(
        "delivery.tf",
        _LANDS,
        ("gzip on gzip", '"UNCOMPRESSED"', '"GZIP"', "Frames are gzip already"),
        (
            "no extension",
            '    file_extension     = ".jsonl.gz"\n',
            "",
            "Athena and pyarrow",
        ),
        ("another prefix", '"landing/!{', '"landed/!{', "The transform lists landing/"),
        (
            "errors among landed objects",
            'error_output_prefix = "errors/"',
            'error_output_prefix = "landing/errors/"',
            "What Firehose could not deliver",
        ),
        (
            "one megabyte at a time",
            "buffering_size     = 128",
            "buffering_size     = 1",
            "Smaller buffers",
        ),
        (
            "a processor",
            "    cloudwatch_logging_options {\n",
            """    processing_configuration {
      enabled = true
    }

    cloudwatch_logging_options {
""",
            "A processor could change",
        ),
        (
            "format conversion",
            "    cloudwatch_logging_options {\n",
            """    data_format_conversion_configuration {
      enabled = true

      input_format_configuration {
        deserializer {
          open_x_json_ser_de {}
        }
      }

      output_format_configuration {
        serializer {
          parquet_ser_de {}
        }
      }

      schema_configuration {
        database_name = local.names.database
        role_arn      = aws_iam_role.delivery.arn
        table_name    = "archive"
      }
    }

    cloudwatch_logging_options {
""",
            "Format conversion has one",
        ),
        (
            "dynamic partitioning",
            "    cloudwatch_logging_options {\n",
            """    dynamic_partitioning_configuration {
      enabled = true
    }

    cloudwatch_logging_options {
""",
            "Dynamic partitioning parses",
        ),
        (
            "into another bucket",
            'bucket_arn = aws_s3_bucket.this["landing"].arn',
            'bucket_arn = aws_s3_bucket.this["archive"].arn',
            "The transform looks into",
        ),
    ),
    *_in(
        "delivery.tf",
        _CURRENT,
        ("landed objects expire", _NONCURRENT, _AFTER_A_YEAR, "What is current"),
    ),
    *_in(
        "archive.tf",
        _CURRENT,
        ("archive objects expire", _NONCURRENT, _AFTER_A_YEAR, "What is current"),
    ),
    *_in(
        "buckets.tf",
        _CURRENT,
        (
            "no versions",
            '    status = "Enabled"\n  }',
            '    status = "Suspended"\n  }',
            "Without versions",
        ),
        (
            "a day of versions",
            "noncurrent_days = 30",
            "noncurrent_days = 1",
            "What compaction",
        ),
    ),
    *_in(
        "delivery.tf",
        _COLD,
        (
            "landed objects into Glacier",
            _NONCURRENT,
            """    transition {
      days          = 1
      storage_class = "GLACIER"
    }
"""
            + _NONCURRENT,
            "The transform cannot read",
        ),
    ),
    *_in(
        "archive.tf",
        _COLD,
        (
            "the whole bucket into Glacier",
            "? local.items_prefix : null",
            '? "" : null',
            "A ledger in Glacier",
        ),
        ("the ledger into Glacier", '= "items/"', '= "ledger/"', "A ledger in Glacier"),
        (
            "two moves",
            "    filter {}\n",
            """    filter {
      prefix = local.items_prefix
    }

    transition {
      days          = 200
      storage_class = "DEEP_ARCHIVE"
    }
""",
            "One move",
        ),
        (
            "small objects stay",
            '"varies_by_storage_class"',
            '"all_storage_classes_128K"',
            "By default what is smaller",
        ),
        (
            "before they are compacted",
            "days          = var.archive_after_days",
            "days          = 30",
            "Earlier, objects",
        ),
        (
            "a rule that is off",
            '    id     = "archive"\n    status = "Enabled"',
            '    id     = "archive"\n    status = "Disabled"',
            "Nothing would move",
        ),
    ),
    *_in(
        "archive.tf",
        _FLOOR,
        (
            "a floor for the whole bucket",
            "          prefix                   = local.items_prefix\n",
            "",
            "A ledger in Glacier",
        ),
        (
            "always Glacier",
            "storage_class = var.storage_class",
            'storage_class = "GLACIER"',
            "The class and the day",
        ),
        (
            "the ledger expires",
            "      filter {\n        prefix = local.items_prefix\n      }\n",
            "      filter {}\n",
            "Archive objects, and nothing but them",
        ),
        (
            "the live table's lifetime for the archive's",
            "for_each = var.archive_expiry_days[*]",
            "for_each = var.retention_days[*]",
            "Archive objects, and nothing but them",
        ),
    ),
    *_in(
        "ingest.tf",
        _MESSAGE,
        (
            "seen again too soon",
            "= 6 * local.ingest_timeout_seconds + local",
            "= local.ingest_timeout_seconds + local",
            "Messages would come back",
        ),
        (
            "four days of messages",
            "message_retention_seconds = 14 * 86400",
            "message_retention_seconds = 4 * 86400",
            "A message that waits longer",
        ),
        (
            "ten messages",
            "batch_size                         = 20\n",
            "batch_size                         = 10\n",
            "As before: 20 messages",
        ),
        (
            "one try",
            "maxReceiveCount     = 5",
            "maxReceiveCount     = 1",
            "Without a dead-letter queue",
        ),
        ("all or nothing", _PARTIAL, "function_response_types = []", "Without it Lam"),
        (
            "a mapping that is off",
            "aws_lambda_function.ingest[0].arn\n  enabled          = true",
            "aws_lambda_function.ingest[0].arn\n  enabled          = false",
            "A disabled mapping",
        ),
    ),
    *_in(
        "transform.tf",
        _WOKEN,
        (
            "any time within the hour",
            'mode = "OFF"',
            'mode                      = "FLEXIBLE"\n    maximum_window_in_minutes = 60',
            "The heartbeat's alarm",
        ),
        (
            "the router woken",
            "    arn      = aws_lambda_function.transform.arn",
            "    arn      = aws_lambda_function.transform.invoke_arn",
            "The schedule would wake",
        ),
        ("once a day", '"rate(1 hour)"', '"rate(1 day)"', "Nothing would be archived"),
        (
            "two retries",
            "  maximum_event_age_in_seconds = 60\n  maximum_retry_attempts       = 0\n\n",
            "  maximum_event_age_in_seconds = 60\n  maximum_retry_attempts       = 2\n\n",
            "The next hour is the retry",
        ),
        (
            "six hours",
            "  maximum_event_age_in_seconds = 60\n  maximum_retry_attempts       = 0\n\n",
            "  maximum_event_age_in_seconds = 21600\n  maximum_retry_attempts       = 0\n\n",
            "The next hour is the retry",
        ),
        (
            "failures to a topic",
            '      destination = aws_s3_bucket.this["failures"].arn',
            "      destination = aws_sns_topic.alarms.arn",
            "A failed run would leave",
        ),
        ("a minute", "timeout = 900", "timeout = 60", "A full batch was measured"),
        ("little scratch", "size = 10240", "size = 512", "A full batch was measured"),
    ),
    *_in(
        "transform.tf",
        _BUILT,
        ("another Python", '"python3.13"', '"python3.12"', "The packages hold"),
        ("another processor", '["arm64"]', '["x86_64"]', "The packages hold"),
        (
            "another handler",
            '"transforms.handler.handler"',
            '"transform.handler.handler"',
            "A function without its handler",
        ),
    ),
    *_in(
        "transform.tf",
        _TOLD,
        (
            "a misspelt variable",
            "      BATCH_HOURS          =",
            "      BATCH_HOUR           =",
            "The transform would look",
        ),
        (
            "the buckets exchanged",
            'LANDING_BUCKET       = aws_s3_bucket.this["landing"].id',
            'LANDING_BUCKET       = aws_s3_bucket.this["archive"].id',
            "The transform would look",
        ),
    ),
    *_in(
        "router.tf",
        _TOLD,
        (
            "a stream of another name",
            "aws_kinesis_firehose_delivery_stream.expiries.name",
            "local.names.router",
            "The router would deliver",
        ),
    ),
    *_in(
        "ingest.tf",
        _TOLD,
        (
            "the archive's lifetime for the live table's",
            "tostring(var.retention_days)",
            "tostring(var.archive_after_days)",
            "Ingest would store",
        ),
    ),
)
