# What AWS would answer, as far as the module looks at it.
#
# Rule 1: values that the provider would check (ARNs, JSON) have its shape.

mock_data "aws_caller_identity" {
  defaults = {
    account_id = "123456789012"
  }
}

mock_data "aws_partition" {
  defaults = {
    partition  = "aws"
    dns_suffix = "amazonaws.com"
  }
}

mock_data "aws_region" {
  defaults = {
    id   = "eu-west-1"
    name = "eu-west-1"
  }
}

mock_data "aws_iam_policy_document" {
  defaults = {
    json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
  }
}

# A table as Firn needs it; runs that refuse one override this.
mock_data "aws_dynamodb_table" {
  defaults = {
    arn              = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings"
    hash_key         = "deviceID"
    range_key        = "createdAt"
    stream_enabled   = true
    stream_view_type = "NEW_AND_OLD_IMAGES"
    stream_arn       = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings/stream/2026-01-01T00:00:00.000"
    attribute = [
      { name = "deviceID", type = "S" },
      { name = "createdAt", type = "N" },
    ]
    ttl = [{ enabled = true, attribute_name = "expiredAt" }]
  }
}

mock_resource "aws_sqs_queue" {
  defaults = {
    arn = "arn:aws:sqs:eu-west-1:123456789012:queue"
    id  = "https://sqs.eu-west-1.amazonaws.com/123456789012/queue"
    url = "https://sqs.eu-west-1.amazonaws.com/123456789012/queue"
  }
}

mock_resource "aws_dynamodb_table" {
  defaults = {
    arn        = "arn:aws:dynamodb:eu-west-1:123456789012:table/firn-items"
    stream_arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/firn-items/stream/2026-01-01T00:00:00.000"
  }
}

mock_resource "aws_lambda_function" {
  defaults = {
    arn        = "arn:aws:lambda:eu-west-1:123456789012:function:function"
    invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:function/invocations"
  }
}

mock_resource "aws_lambda_event_source_mapping" {
  defaults = {
    arn  = "arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:6f3cf1a6-7b6e-4a5e-9c57-0b6ad5b0f0aa"
    uuid = "6f3cf1a6-7b6e-4a5e-9c57-0b6ad5b0f0aa"
  }
}

mock_resource "aws_iam_role" {
  defaults = {
    arn = "arn:aws:iam::123456789012:role/role"
  }
}

mock_resource "aws_iam_policy" {
  defaults = {
    arn = "arn:aws:iam::123456789012:policy/policy"
  }
}

mock_resource "aws_kinesis_firehose_delivery_stream" {
  defaults = {
    arn = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/firn-expiries"
  }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = {
    arn = "arn:aws:logs:eu-west-1:123456789012:log-group:group"
  }
}

mock_resource "aws_sns_topic" {
  defaults = {
    arn = "arn:aws:sns:eu-west-1:123456789012:firn-alarms"
  }
}

mock_resource "aws_cloudwatch_metric_alarm" {
  defaults = {
    arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:alarm"
  }
}

mock_resource "aws_glue_catalog_database" {
  defaults = {
    arn        = "arn:aws:glue:eu-west-1:123456789012:database/firn"
    catalog_id = "123456789012"
  }
}

mock_resource "aws_glue_catalog_table" {
  defaults = {
    arn = "arn:aws:glue:eu-west-1:123456789012:table/firn/table"
  }
}

mock_resource "aws_athena_workgroup" {
  defaults = {
    arn = "arn:aws:athena:eu-west-1:123456789012:workgroup/firn"
  }
}

mock_resource "aws_scheduler_schedule" {
  defaults = {
    arn = "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/firn-transform"
  }
}

mock_resource "aws_ssm_parameter" {
  defaults = {
    arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/firn/firn"
  }
}

# What a rule does not say, the provider would fill in.
mock_resource "aws_s3_bucket_lifecycle_configuration" {
  defaults = {
    rule = {
      expiration = {
        days = 0
      }
    }
  }
}

override_resource {
  target = aws_s3_object.transform
  values = {
    version_id = "3HL4kqtJvjVBH40Nrjfkd"
  }
}

override_resource {
  target = aws_s3_bucket.this["landing"]
  values = {
    arn = "arn:aws:s3:::firn-landing-123456789012-eu-west-1"
    id  = "firn-landing-123456789012-eu-west-1"
  }
}

override_resource {
  target = aws_s3_bucket.this["archive"]
  values = {
    arn = "arn:aws:s3:::firn-archive-123456789012-eu-west-1"
    id  = "firn-archive-123456789012-eu-west-1"
  }
}

override_resource {
  target = aws_s3_bucket.this["failures"]
  values = {
    arn = "arn:aws:s3:::firn-failures-123456789012-eu-west-1"
    id  = "firn-failures-123456789012-eu-west-1"
  }
}

override_resource {
  target = aws_s3_bucket.this["athena_results"]
  values = {
    arn = "arn:aws:s3:::firn-athena-results-123456789012-eu-west-1"
    id  = "firn-athena-results-123456789012-eu-west-1"
  }
}

override_resource {
  target = aws_s3_bucket.this["artifacts"]
  values = {
    arn = "arn:aws:s3:::firn-artifacts-123456789012-eu-west-1"
    id  = "firn-artifacts-123456789012-eu-west-1"
  }
}

override_resource {
  target = aws_lambda_function.router
  values = {
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:firn-router"
  }
}

override_resource {
  target = aws_lambda_function.transform
  values = {
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:firn-transform"
  }
}

# What is made from one mould has another name each: or nobody would see one in
# the place of another.
override_resource {
  target = aws_lambda_function.ingest
  values = {
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:firn-ingest"
  }
}

override_resource {
  target = aws_lambda_event_source_mapping.ingest
  values = {
    arn  = "arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:11dd83bc-6b0e-4f4e-8f3a-2f40c3a3f7a1"
    uuid = "11dd83bc-6b0e-4f4e-8f3a-2f40c3a3f7a1"
  }
}

override_resource {
  target = aws_sqs_queue.dead_letters
  values = {
    arn = "arn:aws:sqs:eu-west-1:123456789012:firn-dead-letters"
    id  = "https://sqs.eu-west-1.amazonaws.com/123456789012/firn-dead-letters"
    url = "https://sqs.eu-west-1.amazonaws.com/123456789012/firn-dead-letters"
  }
}

override_resource {
  target = aws_iam_role.ingest
  values = {
    arn = "arn:aws:iam::123456789012:role/firn-ingest"
    id  = "firn-ingest"
  }
}

override_resource {
  target = aws_iam_role.router
  values = {
    arn = "arn:aws:iam::123456789012:role/firn-router"
    id  = "firn-router"
  }
}

override_resource {
  target = aws_iam_role.transform
  values = {
    arn = "arn:aws:iam::123456789012:role/firn-transform"
    id  = "firn-transform"
  }
}

override_resource {
  target = aws_iam_role.delivery
  values = {
    arn = "arn:aws:iam::123456789012:role/firn-delivery"
    id  = "firn-delivery"
  }
}

override_resource {
  target = aws_iam_role.schedule
  values = {
    arn = "arn:aws:iam::123456789012:role/firn-schedule"
    id  = "firn-schedule"
  }
}
