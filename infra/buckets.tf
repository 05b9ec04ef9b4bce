# What all buckets share, and the three that hold neither frames nor archive.
#
# Rule 1: no bucket is public, takes ACLs or answers without TLS, and none is
# without versions: a delete or an overwrite can be taken back for a while.
# Rule 2: what a lifecycle may delete is decided per bucket, because deleting the
# wrong thing loses items: landing's is in delivery.tf, the archive's in
# archive.tf, the others' are below.

locals {
  # What a delete or an overwrite hides stays for a month: long enough for a
  # crash, a mistake and a holiday to be found out.
  noncurrent_days = 30

  # Parts of an upload that was never completed are billed and shown nowhere.
  incomplete_upload_days = 7

  # A result is a query's to make again; the month's report is still at hand.
  athena_result_days = 30
}

resource "aws_s3_bucket" "this" {
  # checkov:skip=CKV2_AWS_6: All are blocked, see aws_s3_bucket_public_access_block.this: of a for_each only the first instance is followed. tests/infra/access/test_exposure.py looks at each.
  # checkov:skip=CKV2_AWS_62: Nothing acts on events: the transform lists the landing bucket every hour, which no lost event can make incomplete.
  # checkov:skip=CKV_AWS_144: A second region doubles the price of the archive. Buckets have versions, so a replication configuration can be added beside the module.
  # checkov:skip=CKV_AWS_145: A KMS key is the user's decision, kms_key_arn; without one S3 encrypts under its own, at no cost.
  # checkov:skip=CKV_AWS_18: Access logs are best effort and want a bucket of their own. Who must know who read what turns on CloudTrail's data events.
  # checkov:skip=CKV_AWS_21: All have versions, see aws_s3_bucket_versioning.this: of a for_each only the first instance is followed. tests/infra/access/test_exposure.py looks at each.

  for_each = local.buckets

  bucket = each.value

  # False: `terraform destroy` stops at the first bucket that holds anything.
  force_destroy = var.force_destroy
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = var.kms_key_arn == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }

    # One request to KMS for many objects, instead of one for each.
    bucket_key_enabled = var.kms_key_arn != null
  }
}

data "aws_iam_policy_document" "bucket" {
  for_each = local.bucket_arns

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value, "${each.value}/*"]

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

resource "aws_s3_bucket_policy" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id
  policy = data.aws_iam_policy_document.bucket[each.key].json

  # S3 refuses two changes of one bucket's access at the same moment.
  depends_on = [
    aws_s3_bucket_ownership_controls.this,
    aws_s3_bucket_public_access_block.this,
  ]
}

# What Lambda could not do anything with: whole stream records that exist nowhere
# else any more, until the router is given them again (docs/RUNBOOK.md#on-failure).
# So what is current never expires.
resource "aws_s3_bucket_lifecycle_configuration" "failures" {
  bucket = aws_s3_bucket.this["failures"].id

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

resource "aws_s3_bucket_lifecycle_configuration" "athena_results" {
  bucket = aws_s3_bucket.this["athena_results"].id

  rule {
    id     = "results"
    status = "Enabled"

    filter {}

    expiration {
      days = local.athena_result_days
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = local.incomplete_upload_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

# Lambda keeps a copy of its own of what it runs; the former packages are here
# for a month, in case that the latest has to be taken back.
resource "aws_s3_bucket_lifecycle_configuration" "artifacts" {
  bucket = aws_s3_bucket.this["artifacts"].id

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
