# Functions run what `make build` wrote, and a plan without it says so.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

run "without_packages_the_plan_says_what_to_run" {
  command = plan
  variables { packages_dir = "./tests/nowhere" }

  expect_failures = [
    aws_lambda_function.ingest,
    aws_lambda_function.router,
    aws_s3_object.transform,
  ]
}

run "the_large_package_goes_by_s3_and_the_small_ones_directly" {
  command = plan
  variables { packages_dir = "./tests/packages" }

  assert {
    condition     = aws_lambda_function.transform.filename == null && aws_lambda_function.transform.s3_key == "transform.zip"
    error_message = "What passes 50 MB zipped does not fit Lambda's own upload."
  }

  assert {
    condition     = aws_lambda_function.router.s3_key == null && aws_lambda_function.ingest[0].s3_key == null
    error_message = "A small package needs no bucket."
  }

  assert {
    condition = alltrue([
      aws_lambda_function.ingest[0].source_code_hash == filebase64sha256("./tests/packages/ingest.zip"),
      aws_lambda_function.router.source_code_hash == filebase64sha256("./tests/packages/router.zip"),
      aws_lambda_function.transform.source_code_hash == filebase64sha256("./tests/packages/transform.zip"),
    ])
    error_message = "A new package would not be deployed."
  }
}
