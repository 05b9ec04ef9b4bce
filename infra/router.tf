# Hop 2, from the table's stream to Firehose: mapping, function, role.
#
# Rule 1: a stream record lives for 24 hours, and after a delete by time to live
# it is the only copy of the item. What would drop one is a literal below, with
# its reason.
# Rule 2: the filter here and stream_router/verdict.py say the same. A filter that
# is wrong drops items without a trace, so the code decides a second time.

resource "aws_lambda_event_source_mapping" "router" {
  event_source_arn = local.stream_arn
  function_name    = aws_lambda_function.router.arn
  enabled          = true

  # Never LATEST: what happens between the making of the mapping and its first
  # poll would be skipped. From the beginning means doubles at worst, and the
  # transform drops those.
  starting_position = "TRIM_HORIZON"

  # Deletes by DynamoDB's time to live, and nothing else: a caller's delete has no
  # userIdentity at all. Lambda's events spell the names so; the Streams API
  # capitalises them, and that spelling here would match nothing.
  filter_criteria {
    filter {
      pattern = jsonencode({
        eventName = ["REMOVE"]
        userIdentity = {
          type        = ["Service"]
          principalId = ["dynamodb.amazonaws.com"]
        }
      })
    }
  }

  # As many as Lambda hands over; it stops at 6 MB. Large batches make large
  # frames, and Firehose bills each frame as 5 KB at least.
  batch_size                         = 10000
  maximum_batching_window_in_seconds = 60

  # The router says from which record on everything must come again; without this
  # its answer is read as success, and what Firehose refused is gone.
  function_response_types = ["ReportBatchItemFailures"]

  # A batch that crashes the function is halved until the record that does it
  # stands alone; the halving uses up no attempt.
  bisect_batch_on_function_error = true

  # Age is the bound, half of what the stream has. With the default of -1 a batch
  # that cannot pass is dropped by the stream itself, unsaved. Few attempts would
  # be burnt within minutes of an outage of Firehose; this many last longer than
  # the age.
  maximum_record_age_in_seconds = 43200
  maximum_retry_attempts        = 10000

  # S3 gets the records themselves. SQS and SNS get their sequence numbers only,
  # which mean nothing once the stream has forgotten the records.
  destination_config {
    on_failure {
      destination_arn = aws_s3_bucket.this["failures"].arn
    }
  }

  # What it drops and saves is counted only when asked for, and an alarm looks at
  # that (alarms.tf). Six metrics, at 0.30 USD a month each.
  metrics_config {
    metrics = ["EventCount"]
  }

  lifecycle {
    # Another stream is another mapping. The new one reads its stream from the
    # beginning before the old one goes, so no poll is missed; what the old one
    # had not read yet, nobody reads: docs/RUNBOOK.md#a-changed-stream says how
    # to let it run dry first.
    create_before_destroy = true
  }

  # Lambda tries the role when the mapping is made.
  depends_on = [aws_iam_role_policy.router]
}

resource "aws_lambda_function" "router" {
  # checkov:skip=CKV_AWS_115: Reserving fails in accounts whose quota is 10, and nothing here depends on it.
  # checkov:skip=CKV_AWS_116: Its mapping saves whole records to S3; Lambda's own is for asynchronous calls.
  # checkov:skip=CKV_AWS_117: It speaks to endpoints of AWS alone, over TLS. A VPC would add endpoints to pay for, and reach nothing more.
  # checkov:skip=CKV_AWS_173: Names and numbers, no secrets; Lambda encrypts them under a key of its own.
  # checkov:skip=CKV_AWS_272: The package is built here and pinned by its hash; signing would need a signing profile of the user's.
  # checkov:skip=CKV_AWS_50: One log line per run has counts that add up. A trace of each batch adds cost and no answer.

  function_name = local.names.router
  description   = "What time to live deleted from ${local.names.table} goes to ${local.names.delivery_stream}."
  role          = aws_iam_role.router.arn

  filename         = local.package_files.router
  source_code_hash = local.package_hashes.router
  handler          = "stream_router.handler.handler"
  runtime          = "python3.13"
  architectures    = ["arm64"]
  memory_size      = 512
  # A batch takes seconds; the rest is for a Firehose that throttles.
  timeout = 300

  environment {
    variables = {
      DELIVERY_STREAM = aws_kinesis_firehose_delivery_stream.expiries.name
    }
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.package_files.router)
      error_message = local.package_missing
    }
  }

  # Without the group Lambda would make one that never forgets.
  depends_on = [aws_cloudwatch_log_group.router]
}

resource "aws_cloudwatch_log_group" "router" {
  # checkov:skip=CKV_AWS_338: How long is log_retention_days. Logs hold counts; what must last is in the ledger.

  name              = "/aws/lambda/${local.names.router}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "router" {
  name               = local.names.router
  description        = "Firn's router: reads the stream, sends to Firehose."
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

resource "aws_iam_role_policy" "router" {
  name   = "router"
  role   = aws_iam_role.router.id
  policy = data.aws_iam_policy_document.router.json
}

data "aws_iam_policy_document" "router" {
  # Lambda's poller, which acts as the function's role.
  statement {
    sid       = "Poll"
    actions   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
    resources = [local.stream_arn]
  }

  # Lambda asks for it when a mapping is made, for the streams of the table.
  statement {
    sid       = "ListStreams"
    actions   = ["dynamodb:ListStreams"]
    resources = ["${local.table_arn}/stream/*"]
  }

  statement {
    sid       = "Send"
    actions   = ["firehose:PutRecordBatch"]
    resources = [local.delivery_stream_arn]
  }

  # Lambda, saving what it gives up on: "Retain discarded records for a DynamoDB
  # event source". It names objects aws/lambda/MAPPING/SHARD/...
  statement {
    sid       = "SaveFailures"
    actions   = ["s3:PutObject"]
    resources = ["${local.bucket_arns.failures}/aws/lambda/*"]

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
    resources = ["${local.log_group_arns.router}:*"]
  }

  dynamic "statement" {
    for_each = local.table_kms_key_arns

    content {
      sid       = "StreamKey"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["dynamodb.${local.region}.amazonaws.com"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      sid       = "FailuresKey"
      actions   = ["kms:GenerateDataKey"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${local.region}.amazonaws.com"]
      }
    }
  }
}

# The account, and no function's ARN: Lambda's pollers take on the role as well,
# and AWS documents no source for them.
data "aws_iam_policy_document" "lambda_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}
