# Which columns are refused, and why: a column can never be taken back.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages_dir = "./tests/packages"
}

run "two_columns_that_athena_takes_for_one_are_refused" {
  command = plan
  variables {
    columns = [
      { name = "temperature", type = "double" },
      { name = "Temperature", type = "double", attribute = "temp2" },
    ]
  }
  expect_failures = [var.columns]
}

run "two_columns_of_one_attribute_are_refused" {
  command = plan
  variables {
    columns = [
      { name = "temperature", type = "double", attribute = "temp" },
      { name = "degrees", type = "bigint", attribute = "temp" },
    ]
  }
  expect_failures = [var.columns]
}

run "a_column_of_the_archives_own_is_refused" {
  command = plan
  variables { columns = [{ name = "Day", type = "string" }] }
  expect_failures = [var.columns]
}

run "a_column_with_a_hyphen_is_refused" {
  command = plan
  variables { columns = [{ name = "wind-speed", type = "double" }] }
  expect_failures = [var.columns]
}

run "an_unknown_type_is_refused" {
  command = plan
  variables { columns = [{ name = "temperature", type = "float" }] }
  expect_failures = [var.columns]
}

run "a_type_with_a_blank_is_refused" {
  command = plan
  variables { columns = [{ name = "temperature", type = "decimal(9, 2)" }] }
  expect_failures = [var.columns]
}

run "a_decimal_wider_than_38_digits_is_refused" {
  command = plan
  variables { columns = [{ name = "temperature", type = "decimal(39,2)" }] }
  expect_failures = [var.columns]
}

run "a_scale_above_its_precision_is_refused" {
  command = plan
  variables { columns = [{ name = "temperature", type = "decimal(3,4)" }] }
  expect_failures = [var.columns]
}

run "a_second_column_for_the_device_is_refused" {
  command = plan
  variables { columns = [{ name = "station", type = "string", attribute = "deviceID" }] }
  expect_failures = [var.columns]
}
