# What wakes the transform every hour, and what becomes of a call that fails.
#
# Rule 1: the next tick is the retry. A run that was late, doubled or lost changes
# nothing but when things are done, so nothing queues up behind it.

resource "aws_scheduler_schedule" "transform" {
  # checkov:skip=CKV_AWS_297: The schedule holds a rate and an empty event, nothing to keep secret.

  name        = local.names.schedule
  description = "Wakes ${local.names.transform} every hour; it closes a batch when one is due."

  schedule_expression = "rate(1 hour)"
  state               = "ENABLED"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.transform.arn
    role_arn = aws_iam_role.schedule.arn
    input    = jsonencode({})

    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 0
    }
  }

  depends_on = [aws_iam_role_policy.schedule]
}

# The Scheduler's call is asynchronous: by default Lambda would keep a throttled
# one for six hours and run a failed one twice more.
resource "aws_lambda_function_event_invoke_config" "transform" {
  function_name = aws_lambda_function.transform.function_name

  maximum_event_age_in_seconds = 60
  maximum_retry_attempts       = 0

  destination_config {
    on_failure {
      destination = aws_s3_bucket.this["failures"].arn
    }
  }

  # Lambda tries the role when the destination is set.
  depends_on = [aws_iam_role_policy.transform]
}

resource "aws_iam_role" "schedule" {
  name               = "${var.name}-schedule"
  description        = "EventBridge Scheduler wakes Firn's transform."
  assume_role_policy = data.aws_iam_policy_document.schedule_trust.json
}

data "aws_iam_policy_document" "schedule_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    # The group, never the schedule: EventBridge Scheduler, "Confused deputy
    # prevention".
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:scheduler:${local.region}:${local.account}:schedule-group/default"]
    }
  }
}

resource "aws_iam_role_policy" "schedule" {
  name   = "schedule"
  role   = aws_iam_role.schedule.id
  policy = data.aws_iam_policy_document.schedule.json
}

data "aws_iam_policy_document" "schedule" {
  statement {
    sid       = "Wake"
    actions   = ["lambda:InvokeFunction"]
    resources = [local.transform_arn]
  }
}
