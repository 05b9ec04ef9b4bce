# From Firehose to the landing bucket: delivery stream, bucket lifecycle, role.
#
# Rule 1: once Firehose took a frame it holds the only copy, and tries S3 for at
# most 24 hours.
# Rule 2: a landed object is deleted by the transform, after the entry that names
# it was committed, and by nothing else.

locals {
  delivery_stream_arn = "arn:${local.partition}:firehose:${local.region}:${local.account}:deliverystream/${local.names.delivery_stream}"
  delivery_log_group  = "/aws/kinesisfirehose/${local.names.delivery_stream}"
}

resource "aws_kinesis_firehose_delivery_stream" "expiries" {
  name        = local.names.delivery_stream
  destination = "extended_s3"

  extended_s3_configuration {
    role_arn   = aws_iam_role.delivery.arn
    bucket_arn = aws_s3_bucket.this["landing"].arn

    # By the hour of arrival in UTC: keys sort by time, and the transform lists
    # the oldest first. Firehose asks for an error prefix where the other has a
    # time in it; without processing and conversion nothing ever lies there.
    prefix              = "landing/!{timestamp:yyyy/MM/dd/HH}/"
    error_output_prefix = "errors/"

    # As large and as late as Firehose allows: fewer objects, and a batch closes
    # once a day anyway.
    buffering_size     = 128
    buffering_interval = 900

    # The frames are gzip already, and gzip members one after another are a valid
    # .gz file. Compressed once more, the transform could not read them.
    compression_format = "UNCOMPRESSED"
    file_extension     = ".jsonl.gz"

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.delivery.name
      log_stream_name = aws_cloudwatch_log_stream.delivery.name
    }
  }

  server_side_encryption {
    enabled  = true
    key_type = var.kms_key_arn == null ? "AWS_OWNED_CMK" : "CUSTOMER_MANAGED_CMK"
    key_arn  = var.kms_key_arn
  }

  # Firehose tries nothing when it is made, so a missing permission would show
  # only when the first buffer is full.
  depends_on = [aws_iam_role_policy.delivery]
}

# Noncurrent versions only. A rule that expired current ones would delete items
# that exist nowhere else whenever the transform is late.
resource "aws_s3_bucket_lifecycle_configuration" "landing" {
  bucket = aws_s3_bucket.this["landing"].id

  rule {
    id     = "noncurrent"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = local.noncurrent_days
    }

    expiration {
      expired_object_delete_marker = true
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = local.incomplete_upload_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_cloudwatch_log_group" "delivery" {
  # checkov:skip=CKV_AWS_338: How long is log_retention_days. Logs hold counts; what must last is in the ledger.

  name              = local.delivery_log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_cloudwatch_log_stream" "delivery" {
  name           = "S3Delivery"
  log_group_name = aws_cloudwatch_log_group.delivery.name
}

resource "aws_iam_role" "delivery" {
  name               = "${var.name}-delivery"
  description        = "Firehose writes frames to the landing bucket."
  assume_role_policy = data.aws_iam_policy_document.delivery_trust.json
}

data "aws_iam_policy_document" "delivery_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["firehose.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local.delivery_stream_arn]
    }
  }
}

resource "aws_iam_role_policy" "delivery" {
  name   = "delivery"
  role   = aws_iam_role.delivery.id
  policy = data.aws_iam_policy_document.delivery.json
}

# What Firehose asks for: "Grant Firehose access to an Amazon S3 destination". All
# of it, though it is seen to use less: it holds the only copy, and a permission
# that it missed once would cost items.
data "aws_iam_policy_document" "delivery" {
  statement {
    sid     = "Land"
    actions = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
    resources = [
      "${local.bucket_arns.landing}/landing/*",
      "${local.bucket_arns.landing}/errors/*",
    ]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }

  statement {
    sid       = "FindBucket"
    actions   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [local.bucket_arns.landing]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }

  statement {
    sid       = "Log"
    actions   = ["logs:PutLogEvents"]
    resources = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${local.delivery_log_group}:log-stream:S3Delivery"]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      sid       = "LandingKey"
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
