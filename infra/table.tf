# The table whose expired items are archived: the module's own, or one that
# stands already.
#
# Rule 1: of a table that stands already nothing is changed. It is read, and what
# would lose items is refused before anything is made.
# Rule 2: the rest of the module asks the locals below, never either table.

locals {
  table_arn = "arn:${local.partition}:dynamodb:${local.region}:${local.account}:table/${local.names.table}"

  stream_arn = local.makes_table ? aws_dynamodb_table.items[0].stream_arn : var.existing_table.stream_arn

  # Whoever reads or writes a table under a customer's key, or its stream, needs
  # the key as well. Of a table that AWS's own key protects this is null.
  table_kms_key_arns = local.makes_table ? var.kms_key_arn[*] : [
    for protection in data.aws_dynamodb_table.existing[0].server_side_encryption :
    protection.kms_key_arn if protection.enabled && can(regex("^arn:", protection.kms_key_arn))
  ]

  # DynamoDB keys hold a text where the creation time is one.
  created_at_type = var.source_attributes.created_at_unit == "iso8601" ? "S" : "N"
}

resource "aws_dynamodb_table" "items" {
  # checkov:skip=CKV2_AWS_16: On demand unless table_capacity says otherwise; scaling is then the user's to add.

  count = local.makes_table ? 1 : 0

  name = local.names.table

  billing_mode   = var.table_capacity == null ? "PAY_PER_REQUEST" : "PROVISIONED"
  read_capacity  = var.table_capacity == null ? null : var.table_capacity.read
  write_capacity = var.table_capacity == null ? null : var.table_capacity.write

  hash_key  = var.source_attributes.device_attribute
  range_key = var.source_attributes.created_at_attribute

  attribute {
    name = var.source_attributes.device_attribute
    type = "S"
  }

  attribute {
    name = var.source_attributes.created_at_attribute
    type = local.created_at_type
  }

  ttl {
    attribute_name = var.source_attributes.ttl_attribute
    enabled        = true
  }

  # OLD_IMAGE: after the delete this record is the only copy of the item, and
  # KEYS_ONLY or NEW_IMAGE would hold none of it. NEW_AND_OLD_IMAGES would do,
  # and bill the pollers for images that nobody reads.
  stream_enabled   = true
  stream_view_type = "OLD_IMAGE"

  deletion_protection_enabled = var.deletion_protection

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }

  # Without the block the table is encrypted under a key that DynamoDB owns.
  dynamic "server_side_encryption" {
    for_each = var.kms_key_arn[*]

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }
}

data "aws_dynamodb_table" "existing" {
  count = local.makes_table ? 0 : 1

  name = var.existing_table.name

  lifecycle {
    postcondition {
      condition     = self.stream_enabled && contains(["OLD_IMAGE", "NEW_AND_OLD_IMAGES"], self.stream_view_type)
      error_message = "existing_table: the stream of ${self.name} shows no old images (${self.stream_enabled ? self.stream_view_type : "it has no stream"}), so nothing of a deleted item would be left to archive. Give the table a stream of OLD_IMAGE or NEW_AND_OLD_IMAGES; docs/RUNBOOK.md#a-changed-stream says how."
    }

    postcondition {
      condition     = self.stream_arn == var.existing_table.stream_arn
      error_message = "existing_table.stream_arn: ${var.existing_table.stream_arn} is not the stream that ${self.name} has now, and a former stream gets no new records. `aws dynamodb describe-table` shows the present one under LatestStreamArn; docs/RUNBOOK.md#a-changed-stream says how to change streams without losing events."
    }

    postcondition {
      condition = length([
        for ttl in self.ttl : ttl if ttl.enabled && ttl.attribute_name == var.source_attributes.ttl_attribute
      ]) == 1
      error_message = "existing_table: ${self.name} has no time to live on ${var.source_attributes.ttl_attribute}, so DynamoDB never deletes an item and nothing would be archived. Enable it, or name its attribute in source_attributes.ttl_attribute."
    }

    postcondition {
      condition     = self.hash_key == var.source_attributes.device_attribute && self.range_key == var.source_attributes.created_at_attribute
      error_message = "existing_table: the keys of ${self.name} are ${self.hash_key} and ${coalesce(self.range_key, "nothing")}, not ${var.source_attributes.device_attribute} and ${var.source_attributes.created_at_attribute}. Name them in source_attributes; the archive finds an item by device and creation time."
    }

    postcondition {
      condition = length([
        for attribute in self.attribute : attribute if(
          (attribute.name == self.hash_key && attribute.type != "S") ||
          (attribute.name == self.range_key && attribute.type != local.created_at_type)
        )
      ]) == 0
      error_message = "existing_table: in ${self.name} the device must be text (S), and the creation time a number (N) where created_at_unit is ms or s, a text (S) where it is iso8601."
    }
  }
}
