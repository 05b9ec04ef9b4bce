# What rings, as far as a wrong value would be silent. The stories in which each
# alarm rings and does not are in tests/infra/watch.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages_dir = "./tests/packages"
}

run "silence_of_the_transform_rings" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["transform_heartbeat"].treat_missing_data == "breaching"
    error_message = "A transform that is not called says nothing; only missing data shows it."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["transform_heartbeat"].comparison_operator == "LessThanThreshold"
    error_message = "It would ring while all is well."
  }
}

run "the_router_has_an_hour_of_the_streams_twenty_four" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["iterator_age"].threshold == 3600000
    error_message = "Lambda counts the iterator's age in milliseconds."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["iterator_age"].statistic == "Maximum"
    error_message = "An average over the shards hides the one that stands still."
  }
}

run "what_the_mapping_gives_up_on_is_counted_by_the_mapping" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["on_failure"].dimensions == tomap({ EventSourceMappingUUID = aws_lambda_event_source_mapping.router.uuid })
    error_message = "Under any other dimension there is no such metric, and the alarm never rings."
  }

  assert {
    condition     = tolist(one(aws_lambda_event_source_mapping.router.metrics_config).metrics) == tolist(["EventCount"])
    error_message = "Without the group EventCount Lambda does not send the metric."
  }
}

run "the_transform_may_be_three_hours_late" {
  command = plan
  variables { batch_hours = 12 }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["landed_age"].threshold == 15 * 3600
    error_message = "The threshold has to follow batch_hours."
  }
}

run "every_alarm_is_told" {
  command = plan

  assert {
    condition = alltrue([
      for alarm in aws_cloudwatch_metric_alarm.this :
      tolist(alarm.alarm_actions) == tolist([aws_sns_topic.alarms.arn]) && tolist(alarm.ok_actions) == tolist([aws_sns_topic.alarms.arn])
    ])
    error_message = "An alarm without an action rings for nobody."
  }

  assert {
    condition = flatten([
      for statement in data.aws_iam_policy_document.alarms.statement : [for principal in statement.principals : principal.identifiers]
    ]) == ["cloudwatch.amazonaws.com"]
    error_message = "A topic that does not let CloudWatch speak is silent while everything burns."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 24
    error_message = "alarms.tf says how many there are, and what they cost."
  }
}

run "the_topic_has_the_users_key_or_none" {
  command = plan
  variables { kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/0f1c2d3e" }

  assert {
    condition     = aws_sns_topic.alarms.kms_master_key_id == var.kms_key_arn
    error_message = "What is encrypted is encrypted under one key."
  }
}

run "a_table_without_ingest_has_no_alarms_of_ingest" {
  command = plan
  variables { ingest_enabled = false }

  assert {
    condition     = length(setintersection(keys(aws_cloudwatch_metric_alarm.this), ["dead_letters", "queue_age", "ingest_errors", "ingest_throttles"])) == 0
    error_message = "They would watch queues that are not there."
  }
}
