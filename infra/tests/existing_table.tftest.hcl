# A table that stands already: used as it is, or refused before anything is made.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages_dir = "./tests/packages"

  existing_table = {
    name       = "readings"
    stream_arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings/stream/2026-01-01T00:00:00.000"
  }
}

run "an_existing_table_is_read_and_not_made" {
  command = plan

  assert {
    condition     = length(aws_dynamodb_table.items) == 0
    error_message = "A second table would be made."
  }

  assert {
    condition     = length(aws_sqs_queue.messages) == 0 && length(aws_lambda_function.ingest) == 0 && length(aws_lambda_event_source_mapping.ingest) == 0
    error_message = "Who writes to that table is its owner's; ingest comes only when asked for."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.router.event_source_arn == var.existing_table.stream_arn
    error_message = "The router would read another stream."
  }

  assert {
    condition     = one(aws_lambda_function.transform.environment).variables["SOURCE_TABLE"] == "readings"
    error_message = "The hourly check would look at another table."
  }
}

run "ingest_into_an_existing_table_comes_when_asked_for" {
  command = plan
  variables { ingest_enabled = true }

  assert {
    condition     = one(aws_lambda_function.ingest[0].environment).variables["DEVICE_DATA"] == "readings"
    error_message = "Ingest would store elsewhere."
  }

  assert {
    condition     = length(aws_dynamodb_table.items) == 0
    error_message = "A second table would be made."
  }
}

run "a_table_with_a_queue_of_its_own_is_made_without_ingest" {
  command = plan
  variables {
    existing_table = null
    ingest_enabled = false
  }

  assert {
    condition     = length(aws_dynamodb_table.items) == 1 && length(aws_sqs_queue.messages) == 0
    error_message = "Ingest and table are separate switches."
  }
}

# An override says all that the module looks at: what it leaves out is made up,
# and would be refused for another reason than the run's.

run "a_stream_of_keys_is_refused" {
  command = plan

  override_data {
    target = data.aws_dynamodb_table.existing[0]
    values = {
      stream_enabled   = true
      stream_view_type = "KEYS_ONLY"
      stream_arn       = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings/stream/2026-01-01T00:00:00.000"
      hash_key         = "deviceID"
      range_key        = "createdAt"
      attribute        = [{ name = "deviceID", type = "S" }, { name = "createdAt", type = "N" }]
      ttl              = [{ enabled = true, attribute_name = "expiredAt" }]
    }
  }

  expect_failures = [data.aws_dynamodb_table.existing]
}

run "a_stream_of_new_images_is_refused" {
  command = plan

  override_data {
    target = data.aws_dynamodb_table.existing[0]
    values = {
      stream_enabled   = true
      stream_view_type = "NEW_IMAGE"
      stream_arn       = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings/stream/2026-01-01T00:00:00.000"
      hash_key         = "deviceID"
      range_key        = "createdAt"
      attribute        = [{ name = "deviceID", type = "S" }, { name = "createdAt", type = "N" }]
      ttl              = [{ enabled = true, attribute_name = "expiredAt" }]
    }
  }

  expect_failures = [data.aws_dynamodb_table.existing]
}

run "a_table_without_a_stream_is_refused" {
  command = plan

  override_data {
    target = data.aws_dynamodb_table.existing[0]
    values = {
      stream_enabled   = false
      stream_view_type = ""
      stream_arn       = ""
      hash_key         = "deviceID"
      range_key        = "createdAt"
      attribute        = [{ name = "deviceID", type = "S" }, { name = "createdAt", type = "N" }]
      ttl              = [{ enabled = true, attribute_name = "expiredAt" }]
    }
  }

  expect_failures = [data.aws_dynamodb_table.existing]
}

run "a_stream_that_is_no_longer_the_tables_is_refused" {
  command = plan

  override_data {
    target = data.aws_dynamodb_table.existing[0]
    values = {
      stream_enabled   = true
      stream_view_type = "OLD_IMAGE"
      stream_arn       = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings/stream/2025-01-01T00:00:00.000"
      hash_key         = "deviceID"
      range_key        = "createdAt"
      attribute        = [{ name = "deviceID", type = "S" }, { name = "createdAt", type = "N" }]
      ttl              = [{ enabled = true, attribute_name = "expiredAt" }]
    }
  }

  expect_failures = [data.aws_dynamodb_table.existing]
}

run "a_table_where_nothing_expires_is_refused" {
  command = plan

  override_data {
    target = data.aws_dynamodb_table.existing[0]
    values = {
      stream_enabled   = true
      stream_view_type = "OLD_IMAGE"
      stream_arn       = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings/stream/2026-01-01T00:00:00.000"
      hash_key         = "deviceID"
      range_key        = "createdAt"
      attribute        = [{ name = "deviceID", type = "S" }, { name = "createdAt", type = "N" }]
      ttl              = [{ enabled = false, attribute_name = "expiredAt" }]
    }
  }

  expect_failures = [data.aws_dynamodb_table.existing]
}

run "another_time_to_live_than_said_is_refused" {
  command = plan

  override_data {
    target = data.aws_dynamodb_table.existing[0]
    values = {
      stream_enabled   = true
      stream_view_type = "OLD_IMAGE"
      stream_arn       = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings/stream/2026-01-01T00:00:00.000"
      hash_key         = "deviceID"
      range_key        = "createdAt"
      attribute        = [{ name = "deviceID", type = "S" }, { name = "createdAt", type = "N" }]
      ttl              = [{ enabled = true, attribute_name = "expires" }]
    }
  }

  expect_failures = [data.aws_dynamodb_table.existing]
}

run "other_keys_than_said_are_refused" {
  command = plan

  override_data {
    target = data.aws_dynamodb_table.existing[0]
    values = {
      stream_enabled   = true
      stream_view_type = "OLD_IMAGE"
      stream_arn       = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings/stream/2026-01-01T00:00:00.000"
      hash_key         = "device"
      range_key        = "createdAt"
      attribute        = [{ name = "device", type = "S" }, { name = "createdAt", type = "N" }]
      ttl              = [{ enabled = true, attribute_name = "expiredAt" }]
    }
  }

  expect_failures = [data.aws_dynamodb_table.existing]
}

run "a_creation_time_of_another_type_is_refused" {
  command = plan

  override_data {
    target = data.aws_dynamodb_table.existing[0]
    values = {
      stream_enabled   = true
      stream_view_type = "OLD_IMAGE"
      stream_arn       = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings/stream/2026-01-01T00:00:00.000"
      hash_key         = "deviceID"
      range_key        = "createdAt"
      attribute        = [{ name = "deviceID", type = "S" }, { name = "createdAt", type = "S" }]
      ttl              = [{ enabled = true, attribute_name = "expiredAt" }]
    }
  }

  expect_failures = [data.aws_dynamodb_table.existing]
}

run "a_table_with_other_names_is_taken_when_they_are_said" {
  command = plan
  override_data {
    target = data.aws_dynamodb_table.existing[0]
    values = {
      stream_enabled   = true
      stream_view_type = "OLD_IMAGE"
      stream_arn       = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings/stream/2026-01-01T00:00:00.000"
      hash_key         = "station"
      range_key        = "taken_at"
      attribute        = [{ name = "station", type = "S" }, { name = "taken_at", type = "S" }]
      ttl              = [{ enabled = true, attribute_name = "expires" }]
    }
  }
  variables {
    source_attributes = {
      device_attribute     = "station"
      created_at_attribute = "taken_at"
      created_at_unit      = "iso8601"
      ttl_attribute        = "expires"
    }
  }

  assert {
    condition     = one(aws_lambda_function.transform.environment).variables["SOURCE_TTL_ATTRIBUTE"] == "expires"
    error_message = "The hourly check would look at another attribute."
  }
}
