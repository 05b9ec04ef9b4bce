# What is refused at plan time, and what is not.
#
# Rule 1: a value that could not work never reaches AWS, where half of it would
# be made. Each run is a sentence about one such value.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages_dir = "./tests/packages"
}

run "a_name_that_no_bucket_can_have_is_refused" {
  command = plan
  variables { name = "Firn_Production" }
  expect_failures = [var.name]
}

run "a_name_too_long_for_a_bucket_is_refused" {
  command = plan
  variables { name = "an-eighteen-letter" }
  expect_failures = [var.name]
}

run "the_longest_name_fits_every_bucket" {
  command = plan
  variables { name = "seventeen-letters" }

  assert {
    # ap-southeast-1 is the longest name of a region, two letters more.
    condition     = alltrue([for bucket in local.buckets : length(bucket) + 5 <= 63])
    error_message = "S3 takes 63 characters."
  }
}

run "a_key_alias_is_refused" {
  command = plan
  variables { kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:alias/mine" }
  expect_failures = [var.kms_key_arn]
}

run "a_tables_arn_is_not_its_streams" {
  command = plan
  variables {
    existing_table = {
      name       = "readings"
      stream_arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings"
    }
  }
  expect_failures = [var.existing_table]
}

run "an_unknown_unit_of_time_is_refused" {
  command = plan
  variables { source_attributes = { created_at_unit = "us" } }
  expect_failures = [var.source_attributes]
}

run "an_empty_app_env_is_refused" {
  command = plan
  variables { app_env = "" }
  expect_failures = [var.app_env]
}

run "items_that_expire_at_once_are_refused" {
  command = plan
  variables { retention_days = 0 }
  expect_failures = [var.retention_days]
}

run "a_retention_in_parts_of_days_is_refused" {
  command = plan
  variables { retention_days = 1.5 }
  expect_failures = [var.retention_days]
}

run "a_roles_name_is_not_its_arn" {
  command = plan
  variables { iot = { role_arn = "iot-to-sqs" } }
  expect_failures = [var.iot]
}

run "a_topic_that_would_end_the_rules_sql_is_refused" {
  command = plan
  variables { iot = { topic = "+/SENSOR/DAT' or '1" } }
  expect_failures = [var.iot]
}

run "no_capacity_is_refused" {
  command = plan
  variables { table_capacity = { read = 0, write = 5 } }
  expect_failures = [var.table_capacity]
}

run "an_unknown_time_zone_is_refused" {
  command = plan
  variables { time_zone = "Asia/Edo" }
  expect_failures = [var.time_zone]
}

run "an_empty_time_zone_is_refused" {
  command = plan
  variables { time_zone = "" }
  expect_failures = [var.time_zone]
}

run "an_unknown_granularity_is_refused" {
  command = plan
  variables { granularity = "week" }
  expect_failures = [var.granularity]
}

run "a_batch_of_no_hours_is_refused" {
  command = plan
  variables { batch_hours = 0 }
  expect_failures = [var.batch_hours]
}

run "a_class_that_is_not_glacier_is_refused" {
  command = plan
  variables { storage_class = "STANDARD_IA" }
  expect_failures = [var.storage_class]
}

run "moving_objects_before_they_are_compacted_is_refused" {
  command = plan
  variables { archive_after_days = 44 }
  expect_failures = [var.archive_after_days]
}

run "a_negative_size_is_refused" {
  command = plan
  variables { archive_size_min_bytes = -1 }
  expect_failures = [var.archive_size_min_bytes]
}

run "an_expiry_before_glaciers_90_days_is_refused" {
  command = plan
  variables { archive_expiry_days = 134 }
  expect_failures = [var.archive_expiry_days]
}

run "an_expiry_before_deep_archives_180_days_is_refused" {
  command = plan
  variables {
    storage_class       = "DEEP_ARCHIVE"
    archive_expiry_days = 224
  }
  expect_failures = [var.archive_expiry_days]
}

run "an_archive_that_no_function_may_write_is_refused" {
  command = plan
  variables { transform_reserved_concurrency = 0 }
  expect_failures = [var.transform_reserved_concurrency]
}

run "a_scan_limit_of_nothing_is_refused" {
  command = plan
  variables { athena_scan_max_gib = 0 }
  expect_failures = [var.athena_scan_max_gib]
}

run "a_log_retention_that_cloudwatch_does_not_know_is_refused" {
  command = plan
  variables { log_retention_days = 100 }
  expect_failures = [var.log_retention_days]
}

run "an_alarm_to_no_address_is_refused" {
  command = plan
  variables { alarm_emails = ["on-call"] }
  expect_failures = [var.alarm_emails]
}

run "the_edges_of_what_is_allowed_are_allowed" {
  command = plan
  variables {
    name                           = "f1"
    retention_days                 = 3650
    table_capacity                 = { read = 1, write = 1 }
    time_zone                      = "Asia/Tokyo"
    granularity                    = "month"
    batch_hours                    = 168
    storage_class                  = "DEEP_ARCHIVE"
    archive_after_days             = 45
    archive_size_min_bytes         = 131072
    archive_expiry_days            = 225
    transform_reserved_concurrency = 1
    athena_scan_max_gib            = 1
    log_retention_days             = 3653
    alarm_emails                   = ["on-call@example.com"]
    iot                            = { topic = "+/SENSOR/DAT" }
    columns = [
      { name = "Temperature", type = "decimal(38,38)" },
      { name = "wind_speed", type = "double", attribute = "wind-speed" },
      { name = "_on", type = "boolean" },
      { name = "uptime", type = "bigint" },
      { name = "firmware", type = "string" },
    ]
  }

  assert {
    condition     = aws_dynamodb_table.items[0].billing_mode == "PROVISIONED" && aws_dynamodb_table.items[0].read_capacity == 1 && aws_dynamodb_table.items[0].write_capacity == 1
    error_message = "The capacities that were asked for."
  }

  assert {
    condition     = aws_lambda_function.transform.reserved_concurrent_executions == 1
    error_message = "The concurrency that was asked for."
  }
}

run "without_a_word_the_table_is_on_demand_and_reserves_nothing" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.items[0].billing_mode == "PAY_PER_REQUEST"
    error_message = "A provisioned table throttles above what somebody guessed."
  }

  assert {
    # The provider's word for "none reserved".
    condition     = coalesce(aws_lambda_function.transform.reserved_concurrent_executions, -1) == -1
    error_message = "A new account has ten in all: reserving one fails there."
  }

  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.this : !bucket.force_destroy])
    error_message = "A destroy must fail while a bucket still holds anything."
  }
}
