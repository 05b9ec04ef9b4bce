# Where everything is: who is told a deployment's name, person or program, finds
# the rest here.
#
# Rule 1: names, ARNs and numbers, nothing secret; so the parameter is plain text,
# and whoever may read it learns no more than the console shows.
# Rule 2: `format` changes when a reader of the former one would be wrong. A key
# that is added changes nothing.
# Rule 3: what the last `firn verify` saw is kept beside it, and out of the bucket:
# who cuts the ledger cannot cut this, so the next verify finds it.

resource "aws_ssm_parameter" "deployment" {
  # checkov:skip=CKV2_AWS_34: Names of buckets and functions, no secrets. A SecureString would ask every reader for a KMS permission.

  name        = local.names.parameter
  description = "Firn's deployment ${var.name}: where its queue, table, archive and catalogue are."
  type        = "String"

  # Standard holds 4 KB; this is half of it. Every key is there, null where the
  # deployment has no such thing.
  value = jsonencode({
    format  = 1
    name    = var.name
    region  = local.region
    account = local.account

    table                = local.names.table
    table_is_made        = local.makes_table
    stream_arn           = local.stream_arn
    source               = var.source_attributes
    retention_days       = local.makes_ingest ? var.retention_days : null
    queue_url            = one(aws_sqs_queue.messages[*].url)
    dead_letter_url      = one(aws_sqs_queue.dead_letters[*].url)
    ingest               = one(aws_lambda_function.ingest[*].function_name)
    ingest_mapping       = one(aws_lambda_event_source_mapping.ingest[*].uuid)
    router               = aws_lambda_function.router.function_name
    router_mapping       = aws_lambda_event_source_mapping.router.uuid
    delivery_stream      = aws_kinesis_firehose_delivery_stream.expiries.name
    transform            = aws_lambda_function.transform.function_name
    schedule             = aws_scheduler_schedule.transform.name
    landing_bucket       = aws_s3_bucket.this["landing"].id
    archive_bucket       = aws_s3_bucket.this["archive"].id
    failures_bucket      = aws_s3_bucket.this["failures"].id
    athena_results       = aws_s3_bucket.this["athena_results"].id
    artifacts_bucket     = aws_s3_bucket.this["artifacts"].id
    glue_database        = aws_glue_catalog_database.this.name
    archive_table        = aws_glue_catalog_table.archive.name
    files_table          = aws_glue_catalog_table.archive_files.name
    athena_workgroup     = aws_athena_workgroup.this.name
    alarm_topic_arn      = aws_sns_topic.alarms.arn
    dashboard            = aws_cloudwatch_dashboard.this.dashboard_name
    kms_key_arn          = var.kms_key_arn
    time_zone            = var.time_zone
    granularity          = var.granularity
    batch_hours          = var.batch_hours
    compact_after_days   = local.compact_after_days
    archive_after_days   = var.archive_after_days
    storage_class        = var.storage_class
    size_min_bytes       = var.archive_size_min_bytes
    archive_expiry_days  = var.archive_expiry_days
    noncurrent_days      = local.noncurrent_days
    log_retention_days   = var.log_retention_days
    athena_scan_max_gib  = var.athena_scan_max_gib
    reserved_concurrency = var.transform_reserved_concurrency
  })
}

resource "aws_ssm_parameter" "verified" {
  # checkov:skip=CKV2_AWS_34: A time, a number and a hash, no secrets, as above.

  name        = local.names.verified
  description = "What the last firn verify of ${var.name} saw; the next one compares the ledger with it."
  type        = "String"

  # Nobody has verified yet (ops/verified.py).
  value = jsonencode({ format = 1 })

  lifecycle {
    # An auditor's verify writes it. An apply that put it back would forget which
    # entries there were.
    ignore_changes = [value]
  }
}
