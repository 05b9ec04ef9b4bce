# The Glue database: what Athena knows of the archive, and the contract that the
# transform writes under.
#
# Rule 1: names, order and types are those of archive/columns.py,
# archive/glue_table.py and archive/file_list.py; a test compares them.
# Rule 2: partitions are the transform's. Nothing here names one, and nothing
# here may replace the table `archive`: its partitions would go with it.

locals {
  # The fixed columns; the declared ones stand before `rest`.
  columns_before = [
    { name = "device_id", type = "string" },
    { name = "created_at", type = "timestamp" },
    { name = "expired_at", type = "timestamp" },
    { name = "deleted_at", type = "timestamp" },
    { name = "sequence_number", type = "string" },
  ]
  columns_after = [{ name = "rest", type = "string" }]

  # Athena and Glue lower-case a column's name; an attribute's name keeps its
  # case, and is the name as it was written where none is given.
  columns_declared = [
    for column in var.columns : {
      name      = lower(column.name)
      type      = column.type
      attribute = coalesce(column.attribute, column.name)
    }
  ]

  partition_keys = [
    { name = "device", type = "string" },
    { name = "date", type = "string" },
  ]

  file_columns = [
    { name = "action", type = "string" },
    { name = "key", type = "string" },
    { name = "device", type = "string" },
    { name = "date", type = "string" },
    { name = "rows", type = "bigint" },
    { name = "bytes", type = "bigint" },
    { name = "sha256", type = "string" },
    { name = "md5", type = "string" },
    { name = "first_created_at", type = "timestamp" },
    { name = "last_created_at", type = "timestamp" },
    { name = "first_deleted_at", type = "timestamp" },
    { name = "last_deleted_at", type = "timestamp" },
  ]

  parquet = "org.apache.hadoop.hive.ql.io.parquet"
}

resource "aws_glue_catalog_database" "this" {
  name        = local.names.database
  description = "Items that DynamoDB's time to live deleted, archived by Firn."
}

resource "aws_glue_catalog_table" "archive" {
  database_name = aws_glue_catalog_database.this.name
  name          = "archive"
  description   = "The rows of the archive as its files hold them, doubles included. Query the views: items, items_distinct, items_latest."
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    EXTERNAL       = "TRUE"
    classification = "parquet"

    # Without it Athena skips objects in Glacier even when they are restored,
    # and says nothing ("Query restored Amazon S3 Glacier objects").
    read_restored_glacier_objects = "true"

    # The contract, which the transform reads back (archive/glue_table.py).
    "firn.time_zone"            = var.time_zone
    "firn.granularity"          = var.granularity
    "firn.device_attribute"     = var.source_attributes.device_attribute
    "firn.created_at_attribute" = var.source_attributes.created_at_attribute
    "firn.created_at_unit"      = var.source_attributes.created_at_unit
    "firn.ttl_attribute"        = var.source_attributes.ttl_attribute
  }

  # Strings, both: only those are pruned in Glue, before a file is listed.
  dynamic "partition_keys" {
    for_each = local.partition_keys
    content {
      name = partition_keys.value.name
      type = partition_keys.value.type
    }
  }

  # Without it Glue walks through all partitions for each query.
  partition_index {
    index_name = "device_date"
    keys       = [for key in local.partition_keys : key.name]
  }

  storage_descriptor {
    location      = "s3://${local.buckets.archive}/items/"
    input_format  = "${local.parquet}.MapredParquetInputFormat"
    output_format = "${local.parquet}.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "${local.parquet}.serde.ParquetHiveSerDe"
    }

    dynamic "columns" {
      for_each = local.columns_before
      content {
        name = columns.value.name
        type = columns.value.type
      }
    }

    dynamic "columns" {
      for_each = local.columns_declared
      content {
        name       = columns.value.name
        type       = columns.value.type
        parameters = { attribute = columns.value.attribute }
      }
    }

    dynamic "columns" {
      for_each = local.columns_after
      content {
        name = columns.value.name
        type = columns.value.type
      }
    }
  }

  lifecycle {
    # Another index beside it, or none, would replace the table, and with it every
    # partition that the transform has registered.
    ignore_changes = [partition_index]
  }
}

resource "aws_glue_catalog_table" "archive_files" {
  database_name = aws_glue_catalog_database.this.name
  name          = "archive_files"
  description   = "The file lists of the ledger: which archive objects each entry added or removed. Always readable, as the ledger never goes to Glacier."
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    EXTERNAL       = "TRUE"
    classification = "parquet"
  }

  storage_descriptor {
    location      = "s3://${local.buckets.archive}/ledger/files/"
    input_format  = "${local.parquet}.MapredParquetInputFormat"
    output_format = "${local.parquet}.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "${local.parquet}.serde.ParquetHiveSerDe"
    }

    dynamic "columns" {
      for_each = local.file_columns
      content {
        name = columns.value.name
        type = columns.value.type
      }
    }
  }
}
