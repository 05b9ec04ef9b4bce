# From IoT Core to ingest: the queue, its dead letters, and who may send.
#
# Rule 1: a message is in the queue until its item is in the table, or in the
# dead-letter queue for two weeks.
# Rule 2: nothing of this file is made for a table that stands already, unless
# ingest_enabled says so.

locals {
  # Lambda: "Using Lambda with Amazon SQS": at least six times the timeout, and
  # the window, or a message comes back while it is still being stored.
  queue_visibility_seconds = 6 * local.ingest_timeout_seconds + local.ingest_window_seconds

  # SQS's longest: a weekend and a holiday to repair what is wrong.
  message_retention_seconds = 14 * 86400

  queue_arns = {
    for key in ["queue", "dead_letters"] : key => "arn:${local.partition}:sqs:${local.region}:${local.account}:${local.names[key]}"
  }

  makes_iot_rule = local.makes_ingest && var.iot.topic != null
  makes_iot_role = local.makes_iot_rule && var.iot.role_arn == null

  # Whose messages the queue takes: that of the rule which is made here, or the
  # user's own. One or none.
  sender_role_arns = local.makes_iot_role ? aws_iam_role.iot[*].arn : var.iot.role_arn[*]

  iot_rule = replace(var.name, "-", "_")
}

# ------------------------------------------------------------------------------
# Queues
# ------------------------------------------------------------------------------

resource "aws_sqs_queue" "messages" {
  count = local.makes_ingest ? 1 : 0

  name                       = local.names.queue
  visibility_timeout_seconds = local.queue_visibility_seconds
  message_retention_seconds  = local.message_retention_seconds

  sqs_managed_sse_enabled = var.kms_key_arn == null ? true : null
  kms_master_key_id       = var.kms_key_arn

  lifecycle {
    # It is a resource of its own, below, which compares the policy by what it
    # says; here it would be compared by its blanks, which not every server that
    # speaks SQS gives back as they were sent.
    ignore_changes = [redrive_policy]
  }
}

resource "aws_sqs_queue_redrive_policy" "messages" {
  count = local.makes_ingest ? 1 : 0

  queue_url = aws_sqs_queue.messages[0].url

  # Five tries last more than an hour; a message that none of them stored is no
  # better for a sixth.
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters[0].arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "dead_letters" {
  count = local.makes_ingest ? 1 : 0

  name                      = local.names.dead_letters
  message_retention_seconds = local.message_retention_seconds

  sqs_managed_sse_enabled = var.kms_key_arn == null ? true : null
  kms_master_key_id       = var.kms_key_arn
}

resource "aws_sqs_queue_policy" "messages" {
  count = local.makes_ingest ? 1 : 0

  queue_url = aws_sqs_queue.messages[0].url
  policy    = data.aws_iam_policy_document.messages[0].json

  # One change of a queue's attributes after the other.
  depends_on = [aws_sqs_queue_redrive_policy.messages]
}

resource "aws_sqs_queue_policy" "dead_letters" {
  count = local.makes_ingest ? 1 : 0

  queue_url = aws_sqs_queue.dead_letters[0].url
  policy    = data.aws_iam_policy_document.queue_tls["dead_letters"].json
}

data "aws_iam_policy_document" "messages" {
  count = local.makes_ingest ? 1 : 0

  source_policy_documents = [data.aws_iam_policy_document.queue_tls["queue"].json]

  dynamic "statement" {
    for_each = local.sender_role_arns

    content {
      sid       = "IotRule"
      actions   = ["sqs:SendMessage"]
      resources = [local.queue_arns.queue]

      principals {
        type        = "AWS"
        identifiers = [statement.value]
      }
    }
  }
}

data "aws_iam_policy_document" "queue_tls" {
  for_each = local.queue_arns

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [each.value]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

# ------------------------------------------------------------------------------
# IoT Core
# ------------------------------------------------------------------------------

resource "aws_iot_topic_rule" "messages" {
  count = local.makes_iot_rule ? 1 : 0

  name        = local.iot_rule
  description = "Messages of ${var.iot.topic} to the queue of Firn's deployment ${var.name}."
  enabled     = true
  # The message as it is: devices say their topic (or things_name), client_id and
  # timestamp themselves. A rule that wrote over them would decide anew whose
  # messages are stored, and under which device.
  sql         = "SELECT * FROM '${var.iot.topic}'"
  sql_version = "2016-03-23"

  sqs {
    queue_url = aws_sqs_queue.messages[0].url
    role_arn  = local.sender_role_arns[0]
    # As ingest has always been sent them; a body that is plain JSON is read too.
    use_base64 = true
  }
}

resource "aws_iam_role" "iot" {
  count = local.makes_iot_role ? 1 : 0

  name               = "${var.name}-iot"
  description        = "IoT Core's rule ${local.iot_rule} sends to the queue ${local.names.queue}."
  assume_role_policy = data.aws_iam_policy_document.iot_trust[0].json
}

data "aws_iam_policy_document" "iot_trust" {
  count = local.makes_iot_role ? 1 : 0

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["iot.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:iot:${local.region}:${local.account}:rule/${local.iot_rule}"]
    }
  }
}

data "aws_iam_policy_document" "iot" {
  count = local.makes_iot_role ? 1 : 0

  statement {
    sid       = "Send"
    actions   = ["sqs:SendMessage"]
    resources = [local.queue_arns.queue]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      sid       = "Key"
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

resource "aws_iam_role_policy" "iot" {
  count = local.makes_iot_role ? 1 : 0

  name   = "send"
  role   = aws_iam_role.iot[0].id
  policy = data.aws_iam_policy_document.iot[0].json
}
