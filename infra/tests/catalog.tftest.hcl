# What Athena knows of the archive, and what keeps a query from costing more, or
# showing less, than it should.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages_dir = "./tests/packages"
  time_zone    = "Asia/Tokyo"
  columns = [
    { name = "Temperature", type = "decimal(9,2)" },
    { name = "label", type = "string", attribute = "a\"b'c\\d" },
  ]
}

run "athena_reads_what_was_restored" {
  command = plan

  assert {
    condition     = aws_glue_catalog_table.archive.parameters["read_restored_glacier_objects"] == "true"
    error_message = "Athena would skip restored objects, without a word."
  }

  assert {
    condition     = one(one(aws_athena_workgroup.this.configuration).engine_version).selected_engine_version == "Athena engine version 3"
    error_message = "Engine version 2 cannot read restored objects."
  }

  assert {
    condition     = one(aws_glue_catalog_table.archive.storage_descriptor).location == "s3://firn-archive-123456789012-eu-west-1/items/"
    error_message = "The table would lie where no archive object does."
  }

  assert {
    condition     = one(aws_glue_catalog_table.archive_files.storage_descriptor).location == "s3://firn-archive-123456789012-eu-west-1/ledger/files/"
    error_message = "The file lists would not be found."
  }
}

run "device_and_date_are_pruned_in_glue" {
  command = plan

  assert {
    condition     = [for key in aws_glue_catalog_table.archive.partition_keys : "${key.name} ${key.type}"] == ["device string", "date string"]
    error_message = "Only partition keys that are strings are pruned before files are listed."
  }

  assert {
    condition     = one(aws_glue_catalog_table.archive.partition_index).keys == tolist(["device", "date"])
    error_message = "Without the index Glue walks through all partitions for each query."
  }
}

run "no_query_escapes_the_workgroup" {
  command = plan

  variables {
    athena_scan_max_gib = 7
  }

  assert {
    condition     = one(aws_athena_workgroup.this.configuration).enforce_workgroup_configuration
    error_message = "A client's own settings would lift the limit and write results unencrypted, elsewhere."
  }

  assert {
    condition     = one(aws_athena_workgroup.this.configuration).bytes_scanned_cutoff_per_query == 7 * 1024 * 1024 * 1024
    error_message = "A query over everything would be billed for everything."
  }

  assert {
    condition = (
      one(one(aws_athena_workgroup.this.configuration).result_configuration).output_location == "s3://firn-athena-results-123456789012-eu-west-1/results/" &&
      one(one(aws_athena_workgroup.this.configuration).result_configuration).expected_bucket_owner == "123456789012"
    )
    error_message = "Results would go to a bucket that is not this deployment's."
  }

  assert {
    condition     = one(one(one(aws_athena_workgroup.this.configuration).result_configuration).encryption_configuration).encryption_option == "SSE_S3"
    error_message = "Results would not be encrypted as everything else is."
  }

  assert {
    condition     = aws_athena_workgroup.this.force_destroy
    error_message = "A workgroup in which anybody ever asked anything would stop a destroy that is half done."
  }

  assert {
    condition     = length(aws_athena_named_query.this) >= 5 && alltrue([for query in aws_athena_named_query.this : query.workgroup == "firn" && query.database == "firn"])
    error_message = "The console would offer no query to begin with."
  }
}

run "results_are_encrypted_by_the_user_s_key_where_there_is_one" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234"
  }

  assert {
    condition = (
      one(one(one(aws_athena_workgroup.this.configuration).result_configuration).encryption_configuration).encryption_option == "SSE_KMS" &&
      one(one(one(aws_athena_workgroup.this.configuration).result_configuration).encryption_configuration).kms_key_arn == "arn:aws:kms:eu-west-1:123456789012:key/1234"
    )
    error_message = "Whoever may not use the key could read what queries found."
  }
}

run "an_engine_knows_the_views_as_views" {
  command = plan

  assert {
    condition = alltrue([
      for view in concat([aws_glue_catalog_table.items], values(aws_glue_catalog_table.over_items)) :
      view.table_type == "VIRTUAL_VIEW" &&
      view.parameters == tomap({ presto_view = "true", comment = "Presto View" }) &&
      view.view_expanded_text == "/* Presto View */" &&
      can(regex("^/\\* Presto View: [A-Za-z0-9+/=]+ \\*/$", view.view_original_text)) &&
      length(one(view.storage_descriptor).ser_de_info) == 1
    ])
    error_message = "Athena would not find the view, or refuse it."
  }

  # A description takes the place of the comment that marks a view.
  assert {
    condition = alltrue([
      for view in concat([aws_glue_catalog_table.items], values(aws_glue_catalog_table.over_items)) :
      coalesce(view.description, "none") == "none"
    ])
    error_message = "The engine would not find the view."
  }

  assert {
    condition = alltrue([
      for view in concat([aws_glue_catalog_table.items], values(aws_glue_catalog_table.over_items)) :
      jsondecode(base64decode(trimsuffix(trimprefix(view.view_original_text, "/* Presto View: "), " */"))).columns == [
        { name = "device_id", type = "varchar" },
        { name = "created_at", type = "timestamp(3)" },
        { name = "expired_at", type = "timestamp(3)" },
        { name = "deleted_at", type = "timestamp(3)" },
        { name = "sequence_number", type = "varchar" },
        { name = "temperature", type = "decimal(9,2)" },
        { name = "label", type = "varchar" },
        { name = "rest", type = "varchar" },
        { name = "device", type = "varchar" },
        { name = "date", type = "varchar" },
        { name = "day", type = "date" },
      ]
    ])
    error_message = "Athena compares these with the query's own columns, and calls the view stale where they differ."
  }

  assert {
    condition = alltrue([
      for view in concat([aws_glue_catalog_table.items], values(aws_glue_catalog_table.over_items)) :
      [for column in one(view.storage_descriptor).columns : "${column.name} ${column.type}"] == [
        "device_id string", "created_at timestamp", "expired_at timestamp", "deleted_at timestamp",
        "sequence_number string", "temperature decimal(9,2)", "label string", "rest string",
        "device string", "date string", "day date",
      ]
    ])
    error_message = "Whoever looks into Glue would see other columns than a query has."
  }
}

run "an_attribute_s_name_cannot_leave_its_literal" {
  command = plan

  assert {
    condition = strcontains(
      jsondecode(base64decode(trimsuffix(trimprefix(aws_glue_catalog_table.items.view_original_text, "/* Presto View: "), " */"))).originalSql,
      "'$[\"a\\\"b''c\\\\d\"][\"S\"]'",
    )
    error_message = "An attribute's name would be read as SQL."
  }
}

run "a_day_is_that_of_the_archive_s_zone" {
  command = plan

  assert {
    condition = strcontains(
      jsondecode(base64decode(trimsuffix(trimprefix(aws_glue_catalog_table.items.view_original_text, "/* Presto View: "), " */"))).originalSql,
      "CAST(at_timezone(with_timezone(created_at, 'UTC'), 'Asia/Tokyo') AS date) AS \"day\"",
    )
    error_message = "The day would be another one than the partition's."
  }
}

run "a_zone_that_athena_does_not_know_is_refused" {
  command = plan
  variables { time_zone = "Factory" }
  expect_failures = [var.time_zone]
}
