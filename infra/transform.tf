# Hop 3, from landed objects to the archive: function, role.
#
# Rule 1: the role can add to the ledger, and neither delete from it nor write an
# entry a second time.

locals {
  transform_arn = "${local.lambda_arn}:function:${local.names.transform}"
}

resource "aws_lambda_function" "transform" {
  # checkov:skip=CKV_AWS_116: The event invoke config in schedule.tf saves failed events to S3, with their error.
  # checkov:skip=CKV_AWS_117: It speaks to endpoints of AWS alone, over TLS. A VPC would add endpoints to pay for, and reach nothing more.
  # checkov:skip=CKV_AWS_173: Names and numbers, no secrets; Lambda encrypts them under a key of its own.
  # checkov:skip=CKV_AWS_272: The package is built here and pinned by its hash; signing would need a signing profile of the user's.
  # checkov:skip=CKV_AWS_50: One log line per run has counts that add up. A trace of each batch adds cost and no answer.

  function_name = local.names.transform
  description   = "Landed objects become Parquet by device and date, each batch an entry of the ledger."
  role          = aws_iam_role.transform.arn

  s3_bucket         = aws_s3_object.transform.bucket
  s3_key            = aws_s3_object.transform.key
  s3_object_version = aws_s3_object.transform.version_id
  source_code_hash  = local.package_hashes.transform
  handler           = "transforms.handler.handler"
  runtime           = "python3.13"
  architectures     = ["arm64"]

  # Two processors: Lambda gives one for each 1,769 MB. The conversion needs a
  # third of the memory, whatever the backlog.
  memory_size = 3008

  # Lambda's longest. The intent, which is the lock, is its holder's until then.
  timeout = 900

  # Lambda's most: rows are spilled there, so that memory does not grow with the
  # batch.
  ephemeral_storage {
    size = 10240
  }

  # -1: none is reserved. The ledger alone keeps two runs apart, and does.
  reserved_concurrent_executions = coalesce(var.transform_reserved_concurrency, -1)

  environment {
    variables = {
      ARCHIVE_BUCKET       = aws_s3_bucket.this["archive"].id
      LANDING_BUCKET       = aws_s3_bucket.this["landing"].id
      GLUE_DATABASE        = local.names.database
      BATCH_HOURS          = tostring(var.batch_hours)
      COMPACT_AFTER_DAYS   = tostring(local.compact_after_days)
      ARCHIVE_AFTER_DAYS   = tostring(var.archive_after_days)
      SOURCE_TABLE         = local.names.table
      SOURCE_TTL_ATTRIBUTE = var.source_attributes.ttl_attribute
      ROUTER_MAPPING       = aws_lambda_event_source_mapping.router.uuid
    }
  }

  # Without the group Lambda would make one that never forgets.
  depends_on = [aws_cloudwatch_log_group.transform]
}

resource "aws_cloudwatch_log_group" "transform" {
  # checkov:skip=CKV_AWS_338: How long is log_retention_days. Logs hold counts; what must last is in the ledger.

  name              = "/aws/lambda/${local.names.transform}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "transform" {
  name               = local.names.transform
  description        = "Firn's transform: reads landed objects, writes the archive and its ledger."
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

resource "aws_iam_role_policy" "transform" {
  name   = "transform"
  role   = aws_iam_role.transform.id
  policy = data.aws_iam_policy_document.transform.json
}

data "aws_iam_policy_document" "transform" {
  # Listing also makes S3 answer 404 for what is not there, instead of 403.
  statement {
    sid       = "List"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arns.archive, local.bucket_arns.landing]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }

  statement {
    sid       = "ListVersions"
    actions   = ["s3:ListBucketVersions"]
    resources = [local.bucket_arns.archive]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }

  # Landed objects: exactly the version that was looked at.
  statement {
    sid       = "ReadLanded"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local.bucket_arns.landing}/landing/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }

  # Files, quarantine and intents.
  statement {
    sid     = "WriteArchive"
    actions = ["s3:GetObject", "s3:PutObject"]
    resources = [
      "${local.bucket_arns.archive}/items/*",
      "${local.bucket_arns.archive}/open/*",
      "${local.bucket_arns.archive}/quarantine/*",
    ]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }

  # A delete hides, and only the very bytes that it names (decision 0008): a
  # landed object once the entry names it, an intent that is done, a file that was
  # compacted, what a run that died left behind. Never s3:DeleteObjectVersion.
  statement {
    sid     = "Hide"
    actions = ["s3:DeleteObject"]
    resources = [
      "${local.bucket_arns.landing}/landing/*",
      "${local.bucket_arns.archive}/items/*",
      "${local.bucket_arns.archive}/open/*",
      "${local.bucket_arns.archive}/quarantine/*",
    ]

    condition {
      test     = "Null"
      variable = "s3:if-match"
      values   = ["false"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }

  # An entry is the commit and is written once: a write that does not say "only
  # where nothing is" is refused here too (S3: "Enforce conditional writes").
  statement {
    sid       = "Commit"
    actions   = ["s3:PutObject"]
    resources = ["${local.bucket_arns.archive}/ledger/entries/*"]

    condition {
      test     = "Null"
      variable = "s3:if-none-match"
      values   = ["false"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }

  statement {
    sid       = "ListFiles"
    actions   = ["s3:PutObject"]
    resources = ["${local.bucket_arns.archive}/ledger/files/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }

  statement {
    sid       = "ReadLedger"
    actions   = ["s3:GetObject"]
    resources = ["${local.bucket_arns.archive}/ledger/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }

  # Compaction reads the version that it looked at; and what an entry names is put
  # back from its versions when something else lies there.
  statement {
    sid     = "ReadVersions"
    actions = ["s3:GetObjectVersion"]
    resources = [
      "${local.bucket_arns.archive}/items/*",
      "${local.bucket_arns.archive}/ledger/files/*",
      "${local.bucket_arns.archive}/quarantine/*",
    ]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }

  # Glue checks the catalogue and the database on the way to a table.
  statement {
    sid = "RegisterPartitions"
    actions = [
      "glue:BatchCreatePartition",
      "glue:BatchGetPartition",
      "glue:BatchUpdatePartition",
      "glue:GetTable",
    ]
    resources = [
      "${local.glue_arn}:catalog",
      "${local.glue_arn}:database/${local.names.database}",
      "${local.glue_arn}:table/${local.names.database}/archive",
    ]
  }

  # The run's own check that items still expire and that the router still reads
  # the stream that the table writes now.
  statement {
    sid       = "CheckTable"
    actions   = ["dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"]
    resources = [local.table_arn]
  }

  statement {
    sid       = "CheckMapping"
    actions   = ["lambda:GetEventSourceMapping"]
    resources = [aws_lambda_event_source_mapping.router.arn]
  }

  # Lambda, saving the event of a run that failed: "Capturing records of Lambda
  # asynchronous invocations". It names objects aws/lambda/async/FUNCTION/...
  statement {
    sid       = "SaveFailures"
    actions   = ["s3:PutObject"]
    resources = ["${local.bucket_arns.failures}/aws/lambda/async/${local.names.transform}/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }

  statement {
    sid       = "FindFailuresBucket"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arns.failures]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.log_group_arns.transform}:*"]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      sid       = "BucketKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${local.region}.amazonaws.com"]
      }
    }
  }
}
