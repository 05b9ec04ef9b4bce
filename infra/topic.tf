# Where alarms are told: one topic, and the addresses of those on call.
#
# Rule 1: only the alarms of this deployment may speak here.

resource "aws_sns_topic" "alarms" {
  name         = local.names.topic
  display_name = "Firn ${var.name}"

  # SNS's own key refuses CloudWatch, so without a key of the user's there is
  # none; a message holds an alarm's name and its numbers, never an item.
  # The key's policy must let cloudwatch.amazonaws.com use it: docs/DEPLOYING.md.
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = data.aws_iam_policy_document.alarms.json
}

data "aws_iam_policy_document" "alarms" {
  statement {
    sid       = "Ring"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    # Anybody's alarm could name this topic.
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [for name in local.alarm_names : "${local.alarm_arn_prefix}${name}"]
    }
  }
}

# Whoever stands here gets a mail from AWS and has to confirm it.
resource "aws_sns_topic_subscription" "alarms" {
  for_each = var.alarm_emails

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}
