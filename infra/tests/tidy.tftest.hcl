# What costs money for ever, or lies open, when nobody tidies it up.
#
# Rule 1: nothing here loses an item; what would stands in lossless.tftest.hcl.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages_dir = "./tests/packages"
}

run "every_log_forgets_when_it_was_told_to" {
  command = plan

  variables {
    log_retention_days = 30
  }

  assert {
    condition = alltrue([
      for group in concat(
        aws_cloudwatch_log_group.ingest,
        [aws_cloudwatch_log_group.router, aws_cloudwatch_log_group.transform, aws_cloudwatch_log_group.delivery],
      ) : group.retention_in_days == 30
    ])
    error_message = "A log group without a retention keeps everything, and is billed for it."
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.ingest[0].name == "/aws/lambda/${aws_lambda_function.ingest[0].function_name}" &&
      aws_cloudwatch_log_group.router.name == "/aws/lambda/${aws_lambda_function.router.function_name}" &&
      aws_cloudwatch_log_group.transform.name == "/aws/lambda/${aws_lambda_function.transform.function_name}"
    )
    error_message = "Under another name Lambda makes a group of its own, which never forgets."
  }
}

run "no_bucket_keeps_parts_of_uploads_that_were_given_up" {
  command = plan

  assert {
    condition = alltrue([
      for configuration in [
        aws_s3_bucket_lifecycle_configuration.landing,
        aws_s3_bucket_lifecycle_configuration.archive,
        aws_s3_bucket_lifecycle_configuration.failures,
        aws_s3_bucket_lifecycle_configuration.athena_results,
        aws_s3_bucket_lifecycle_configuration.artifacts,
        ] : anytrue([
          for rule in configuration.rule : rule.status == "Enabled" && anytrue([
            for abort in rule.abort_incomplete_multipart_upload : abort.days_after_initiation == 7
          ])
      ])
    ])
    error_message = "Parts of an upload that nobody completed are billed, and no listing shows them."
  }
}

run "results_of_queries_go_after_a_month" {
  command = plan

  assert {
    condition = one([
      for rule in aws_s3_bucket_lifecycle_configuration.athena_results.rule : one(rule.expiration).days
    ]) == 30
    error_message = "A result can be had again by its query, and holds archived items."
  }
}
