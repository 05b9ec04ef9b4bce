# What the engineer on call may do: the third of the policies (policies.tf).
#
# Rule 1: each statement serves `firn status`, or a section of docs/RUNBOOK.md that
# it leads to.
# Rule 2: "copy before you repair" is a copy to a disk of one's own; nothing
# here writes to a bucket.

locals {
  # Without the ingest there is neither queue nor mapping of it.
  ingest_only = local.makes_ingest ? ["ingest"] : []

  function_names = concat(
    [local.names.router, local.names.transform],
    [for _ in local.ingest_only : local.names.ingest],
  )

  mapping_arns = concat(
    [aws_lambda_event_source_mapping.router.arn],
    aws_lambda_event_source_mapping.ingest[*].arn,
  )
}

data "aws_iam_policy_document" "operator" {
  source_policy_documents = [
    data.aws_iam_policy_document.find.json,
    data.aws_iam_policy_document.decrypt.json,
  ]

  # When the archive was verified last, and what was found.
  statement {
    sid       = "SeeWhatWasVerified"
    actions   = ["ssm:GetParameter"]
    resources = [local.verified_arn]
  }

  # How many wait, and how long.
  dynamic "statement" {
    for_each = local.ingest_only
    content {
      sid       = "SeeTheQueues"
      actions   = ["sqs:GetQueueAttributes"]
      resources = [local.queue_arns.queue, local.queue_arns.dead_letters]
    }
  }

  # Reading shows why a message failed. To move them back, to see how far that is
  # and to stop it, SQS asks for deleting too, since moving is that.
  dynamic "statement" {
    for_each = local.ingest_only
    content {
      sid = "ReadAndRedriveDeadLetters"
      actions = [
        "sqs:CancelMessageMoveTask",
        "sqs:DeleteMessage",
        "sqs:ListMessageMoveTasks",
        "sqs:ReceiveMessage",
        "sqs:StartMessageMoveTask",
      ]
      resources = [local.queue_arns.dead_letters]
    }
  }

  dynamic "statement" {
    for_each = local.ingest_only
    content {
      sid       = "RedriveIntoTheQueue"
      actions   = ["sqs:SendMessage"]
      resources = [local.queue_arns.queue]
    }
  }

  # What is deployed, against what should be.
  statement {
    sid       = "SeeTheFunctions"
    actions   = ["lambda:GetFunctionConfiguration"]
    resources = [for name in local.function_names : "${local.lambda_arn}:function:${name}"]
  }

  # A mapping that was switched off is switched on again: on a stream there are
  # 24 hours for that, too few to wait for a pipeline.
  statement {
    sid       = "SeeAndSwitchOnMappings"
    actions   = ["lambda:GetEventSourceMapping", "lambda:UpdateEventSourceMapping"]
    resources = local.mapping_arns
  }

  # A run out of turn is harmless: whatever runs twice changes nothing.
  statement {
    sid       = "RunTheTransform"
    actions   = ["lambda:InvokeFunction"]
    resources = [local.transform_arn]
  }

  # Whether time to live and stream are as they must be.
  statement {
    sid       = "SeeTheTable"
    actions   = ["dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"]
    resources = [local.table_arn]
  }

  statement {
    sid       = "SeeTheDelivery"
    actions   = ["firehose:DescribeDeliveryStream"]
    resources = ["arn:${local.partition}:firehose:${local.region}:${local.account}:deliverystream/${local.names.delivery_stream}"]
  }

  statement {
    sid       = "SeeTheSchedule"
    actions   = ["scheduler:GetSchedule"]
    resources = ["arn:${local.partition}:scheduler:${local.region}:${local.account}:schedule/default/${local.names.schedule}"]
  }

  # How old the oldest landed object is, what failed, what is in quarantine, how
  # much lies in which storage class. Without a prefix: S3 says "not there" only
  # to those who may list the bucket (policies.tf, auditor).
  statement {
    sid     = "ListBuckets"
    actions = ["s3:ListBucket"]
    resources = [
      local.bucket_arns["landing"],
      local.bucket_arns["failures"],
      local.archive_arn,
    ]
  }

  # Copy before you repair: all that is on its way, and of the archive all but
  # the items. Who is on call need not read years of readings.
  statement {
    sid     = "CopyWhatIsUnderWay"
    actions = ["s3:GetObject"]
    resources = [
      "${local.bucket_arns["landing"]}/*",
      "${local.bucket_arns["failures"]}/*",
      "${local.archive_arn}/ledger/*",
      "${local.archive_arn}/open/*",
      "${local.archive_arn}/quarantine/*",
    ]
  }

  # A landed object that an entry names is a version by then.
  statement {
    sid       = "CopyWhatWasLanded"
    actions   = ["s3:GetObjectVersion"]
    resources = ["${local.bucket_arns["landing"]}/landing/*"]
  }

  # The contract that the transform writes under.
  statement {
    sid       = "SeeTheContract"
    actions   = ["glue:GetTable"]
    resources = local.catalog_arns
  }

  statement {
    sid     = "ReadTheLogs"
    actions = ["logs:FilterLogEvents"]
    resources = concat(
      [for name in local.function_names : "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/lambda/${name}:*"],
      ["${aws_cloudwatch_log_group.delivery.arn}:*"],
    )
  }

  # A list is asked for, and one alarm's own ARN does not stand for it.
  statement {
    sid       = "SeeTheAlarms"
    actions   = ["cloudwatch:DescribeAlarms"]
    resources = ["${local.alarm_arn_prefix}*"]
  }

  statement {
    sid       = "SeeWhenTheyRang"
    actions   = ["cloudwatch:DescribeAlarmHistory"]
    resources = ["${local.alarm_arn_prefix}${var.name}-*"]
  }

  # CloudWatch knows no permission for a single metric.
  statement {
    sid       = "SeeTheMetrics"
    actions   = ["cloudwatch:GetMetricData"]
    resources = ["*"]
  }

  statement {
    sid       = "SeeTheDashboard"
    actions   = ["cloudwatch:GetDashboard"]
    resources = ["arn:${local.partition}:cloudwatch::${local.account}:dashboard/${var.name}"]
  }

  # Reading messages, and moving them back, under a key of the user's.
  dynamic "statement" {
    for_each = local.makes_ingest ? var.kms_key_arn[*] : []
    content {
      sid       = "RedriveUnderTheKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["sqs.${local.region}.amazonaws.com"]
      }
    }
  }
}

resource "aws_iam_policy" "operator" {
  name        = "${var.name}-operator"
  description = "What docs/RUNBOOK.md asks of the engineer on call at ${var.name}. Reads no archived items, deletes nothing from the archive."
  policy      = data.aws_iam_policy_document.operator.json
}
