# Hop 1, from the queue to the table: function, mapping, role.
#
# Rule 1: nothing of this file is made for a table that stands already, unless
# ingest_enabled says so.

locals {
  # Twenty messages take a second; two minutes leave room for a table that
  # throttles.
  ingest_timeout_seconds = 120
  ingest_window_seconds  = 60
}

resource "aws_lambda_function" "ingest" {
  # checkov:skip=CKV_AWS_115: Reserving fails in accounts whose quota is 10, and nothing here depends on it.
  # checkov:skip=CKV_AWS_116: Its queue has the dead-letter queue; Lambda's own is for asynchronous calls.
  # checkov:skip=CKV_AWS_117: It speaks to endpoints of AWS alone, over TLS. A VPC would add endpoints to pay for, and reach nothing more.
  # checkov:skip=CKV_AWS_173: Names and numbers, no secrets; Lambda encrypts them under a key of its own.
  # checkov:skip=CKV_AWS_272: The package is built here and pinned by its hash; signing would need a signing profile of the user's.
  # checkov:skip=CKV_AWS_50: One log line per run has counts that add up. A trace of each batch adds cost and no answer.

  count = local.makes_ingest ? 1 : 0

  function_name = local.names.ingest
  description   = "Messages of the queue become items of ${local.names.table}."
  role          = aws_iam_role.ingest[0].arn

  filename         = local.package_files.ingest
  source_code_hash = local.package_hashes.ingest
  handler          = "ingest.handler.handler"
  runtime          = "python3.13"
  architectures    = ["arm64"]
  memory_size      = 512
  timeout          = local.ingest_timeout_seconds

  environment {
    variables = {
      DEVICE_DATA    = local.names.table
      APP_ENV        = var.app_env
      RETENTION_DAYS = tostring(var.retention_days)
    }
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.package_files.ingest)
      error_message = local.package_missing
    }
  }

  # Without the group Lambda would make one that never forgets.
  depends_on = [aws_cloudwatch_log_group.ingest, aws_dynamodb_table.items]
}

resource "aws_lambda_event_source_mapping" "ingest" {
  count = local.makes_ingest ? 1 : 0

  event_source_arn = aws_sqs_queue.messages[0].arn
  function_name    = aws_lambda_function.ingest[0].arn
  enabled          = true

  # More than 10 messages need a window; a minute is nothing beside a retention
  # of days, and 20 messages share a BatchWriteItem.
  batch_size                         = 20
  maximum_batching_window_in_seconds = local.ingest_window_seconds

  # Without it one message that cannot be stored takes the other 19 with it, five
  # times, and then into the dead-letter queue.
  function_response_types = ["ReportBatchItemFailures"]

  # Lambda tries the role when the mapping is made.
  depends_on = [aws_iam_role_policy.ingest, aws_sqs_queue_redrive_policy.messages]
}

resource "aws_cloudwatch_log_group" "ingest" {
  # checkov:skip=CKV_AWS_338: How long is log_retention_days. Logs hold counts; what must last is in the ledger.

  count = local.makes_ingest ? 1 : 0

  name              = "/aws/lambda/${local.names.ingest}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "ingest" {
  count = local.makes_ingest ? 1 : 0

  name               = local.names.ingest
  description        = "Firn's ingest: reads the queue, writes the table."
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

resource "aws_iam_role_policy" "ingest" {
  count = local.makes_ingest ? 1 : 0

  name   = "ingest"
  role   = aws_iam_role.ingest[0].id
  policy = data.aws_iam_policy_document.ingest[0].json
}

data "aws_iam_policy_document" "ingest" {
  count = local.makes_ingest ? 1 : 0

  # Lambda's poller, which acts as the function's role.
  statement {
    sid       = "Poll"
    actions   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    resources = [local.queue_arns.queue]
  }

  statement {
    sid       = "Store"
    actions   = ["dynamodb:BatchWriteItem"]
    resources = [local.table_arn]
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.log_group_arns.ingest}:*"]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      sid       = "QueueKey"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["sqs.${local.region}.amazonaws.com"]
      }
    }
  }

  dynamic "statement" {
    for_each = local.table_kms_key_arns

    content {
      # Whoever uses a table decrypts its key, by way of DynamoDB.
      sid       = "TableKey"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["dynamodb.${local.region}.amazonaws.com"]
      }
    }
  }
}
