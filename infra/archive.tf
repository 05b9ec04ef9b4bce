# The archive bucket's lifecycle: what becomes cold, what expires, what never.
#
# Rule 1: only items/ moves and only items/ expires. The ledger, its file lists,
# the intents and the quarantine stay readable at once, for ever: a ledger in
# Glacier could prove nothing, and an intent there would stop the archive.

locals {
  items_prefix = "items/"
}

resource "aws_s3_bucket_lifecycle_configuration" "archive" {
  bucket = aws_s3_bucket.this["archive"].id

  # The default would keep everything below 128 KB in STANDARD; a device's day is
  # smaller, and Glacier is what was asked for. archive_size_min_bytes is the
  # floor instead.
  transition_default_minimum_object_size = "varies_by_storage_class"

  rule {
    id     = "archive"
    status = "Enabled"

    filter {
      # With a floor the filter is a conjunction, without one it is plain.
      prefix = var.archive_size_min_bytes == 0 ? local.items_prefix : null

      dynamic "and" {
        for_each = var.archive_size_min_bytes == 0 ? [] : [var.archive_size_min_bytes]

        content {
          prefix                   = local.items_prefix
          object_size_greater_than = and.value
        }
      }
    }

    transition {
      days          = var.archive_after_days
      storage_class = var.storage_class
    }
  }

  # Apart from the move, because objects below the floor expire as well.
  dynamic "rule" {
    for_each = var.archive_expiry_days[*]

    content {
      id     = "expiry"
      status = "Enabled"

      filter {
        prefix = local.items_prefix
      }

      expiration {
        days = rule.value
      }
    }
  }

  # What compaction replaced, intents that are done, what a mistake deleted.
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
