# Athena: the workgroup that reads the archive, and the queries to begin with.

locals {
  gib_bytes = 1024 * 1024 * 1024

  # A file of infra/queries, what Athena's console calls it, and what it answers.
  queries = {
    device_history          = "The history of one device in a range of dates."
    latest_of_each_device   = "The last reading of every device in a range of dates."
    readings_per_day        = "How many items each device has on each day."
    gaps                    = "Where a device was silent for more than three times as long as it usually is."
    late_deletions          = "How long after they were due items were deleted, day by day."
    late_deletions_worst    = "The items that waited longest for their deletion."
    doubles                 = "Which partitions hold an item more than once, until compaction."
    conflicts               = "Identities that came with more than one image. There should be none."
    attributes_without_name = "What is in rest: which attributes have no column of their own, how often they occur, and with which types."
    files_of_a_device       = "The archive objects of one device in a range of dates: what a restore has to bring back."
    files_by_age            = "How many archive objects are warm, and how many are old enough to be in Glacier."
    growth_by_month         = "What each month added to the archive."
  }

  # What a condition on `date` compares with, told in each query.
  date_is = {
    day   = "Here date is a day."
    month = "Here date is the first day of a month."
  }[var.granularity]
}

resource "aws_athena_workgroup" "this" {
  name        = local.names.workgroup
  description = "Queries over the Firn archive ${var.name}."

  # It holds saved queries, which are made here, and 45 days of history. Results
  # are in a bucket, and that one asks var.force_destroy.
  force_destroy = true

  # Athena bills by workgroup: as a cost allocation tag this tells on the account's
  # bill what queries over this archive cost.
  tags = { firn = var.name }

  configuration {
    # Nobody's own settings can lift the limit or write results elsewhere.
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = floor(var.athena_scan_max_gib * local.gib_bytes)

    # Version 2 cannot read restored Glacier objects.
    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location       = "s3://${local.buckets.athena_results}/results/"
      expected_bucket_owner = local.account

      encryption_configuration {
        encryption_option = var.kms_key_arn == null ? "SSE_S3" : "SSE_KMS"
        kms_key_arn       = var.kms_key_arn
      }
    }
  }
}

resource "aws_athena_named_query" "this" {
  for_each = local.queries

  name        = each.key
  description = each.value
  workgroup   = aws_athena_workgroup.this.name
  database    = aws_glue_catalog_database.this.name
  query = templatefile("${path.module}/queries/${each.key}.sql", {
    database           = local.names.database
    readable           = local.view_readable
    date_is            = local.date_is
    archive_after_days = var.archive_after_days
    # An object that was made by the last compaction that could take these rows, and
    # a week in which they wait for it.
    certain_after_days = var.archive_after_days + local.compact_after_days + 8
  })
}
