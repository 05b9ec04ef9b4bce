# What loses items without a word when it is wrong.
#
# Rule 1: a run is a sentence, and an assertion's message says what would happen
# to the items. Nobody would see it happen: all would stay green.
# Rule 2: each assertion has its mutation in tests/infra/mutations.toml.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages_dir = "./tests/packages"
}

run "a_deleted_item_leaves_the_table_with_its_image" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.items[0].stream_enabled && aws_dynamodb_table.items[0].stream_view_type == "OLD_IMAGE"
    error_message = "Without the old image a stream record holds keys only: the item is gone."
  }

  assert {
    condition     = one(aws_dynamodb_table.items[0].ttl).enabled && one(aws_dynamodb_table.items[0].ttl).attribute_name == "expiredAt"
    error_message = "Nothing would expire, and the table would grow for ever."
  }

  assert {
    condition     = aws_dynamodb_table.items[0].hash_key == "deviceID" && aws_dynamodb_table.items[0].range_key == "createdAt"
    error_message = "Other keys overwrite items that are different ones."
  }

  assert {
    condition = { for attribute in aws_dynamodb_table.items[0].attribute : attribute.name => attribute.type } == {
      deviceID  = "S"
      createdAt = "N"
    }
    error_message = "DynamoDB would refuse every item for the type of its key."
  }

  assert {
    condition     = aws_dynamodb_table.items[0].deletion_protection_enabled
    error_message = "One wrong destroy would delete every item that has not expired."
  }

  assert {
    condition     = one(aws_dynamodb_table.items[0].point_in_time_recovery).enabled
    error_message = "A wrong write could not be undone."
  }
}

run "every_ttl_delete_reaches_the_router_and_nothing_else_does" {
  command = plan

  assert {
    condition     = aws_lambda_event_source_mapping.router.event_source_arn == aws_dynamodb_table.items[0].stream_arn
    error_message = "The router would read another stream."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.router.function_name == aws_lambda_function.router.arn
    error_message = "Another function would be given the stream, and take it for something else."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.router.starting_position == "TRIM_HORIZON"
    error_message = "With LATEST, what was deleted between creation and the first poll is lost."
  }

  assert {
    condition = jsondecode(one(one(aws_lambda_event_source_mapping.router.filter_criteria).filter).pattern) == {
      eventName = ["REMOVE"]
      userIdentity = {
        type        = ["Service"]
        principalId = ["dynamodb.amazonaws.com"]
      }
    }
    error_message = "A filter with a typo discards every expiry and reports success."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.router.enabled != false
    error_message = "A disabled mapping reads nothing, and the stream forgets after 24 hours."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.router.batch_size == 10000
    error_message = "Smaller batches make more and smaller frames: Firehose bills each as 5 KB."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.router.maximum_batching_window_in_seconds == 60
    error_message = "Without a window Lambda takes ten records at a time at most, and a frame of its own for each batch."
  }
}

run "the_router_neither_gives_up_early_nor_waits_until_the_stream_forgets" {
  command = plan

  assert {
    condition     = aws_lambda_event_source_mapping.router.maximum_record_age_in_seconds == 43200
    error_message = "Unbounded (-1), a batch that cannot pass is dropped by the stream after 24 hours, unsaved."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.router.maximum_retry_attempts == 10000
    error_message = "A few attempts burn out within minutes of an outage."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.router.bisect_batch_on_function_error
    error_message = "One record that kills the function would take 9,999 others along."
  }

  assert {
    condition     = toset(aws_lambda_event_source_mapping.router.function_response_types) == toset(["ReportBatchItemFailures"])
    error_message = "Without it Lambda ignores which record failed and takes the batch for delivered."
  }

  assert {
    condition     = one(one(aws_lambda_event_source_mapping.router.destination_config).on_failure).destination_arn == local.bucket_arns.failures
    error_message = "Only S3 is given the records themselves; SQS and SNS get sequence numbers of a stream that forgets."
  }

  assert {
    condition     = aws_lambda_function.router.timeout == 300
    error_message = "The router must have the time to try again what Firehose refused."
  }
}

run "frames_land_as_they_are" {
  command = plan

  assert {
    condition     = one(aws_kinesis_firehose_delivery_stream.expiries.extended_s3_configuration).bucket_arn == local.bucket_arns.landing
    error_message = "The transform looks into the landing bucket only."
  }

  assert {
    condition     = one(aws_kinesis_firehose_delivery_stream.expiries.extended_s3_configuration).compression_format == "UNCOMPRESSED"
    error_message = "Frames are gzip already: compressed again they are no lines for anybody."
  }

  assert {
    condition     = one(aws_kinesis_firehose_delivery_stream.expiries.extended_s3_configuration).file_extension == ".jsonl.gz"
    error_message = "Athena and pyarrow tell gzip by the name's end."
  }

  assert {
    condition     = one(aws_kinesis_firehose_delivery_stream.expiries.extended_s3_configuration).prefix == "landing/!{timestamp:yyyy/MM/dd/HH}/"
    error_message = "The transform lists landing/ only: what lies elsewhere is never archived."
  }

  assert {
    condition     = one(aws_kinesis_firehose_delivery_stream.expiries.extended_s3_configuration).error_output_prefix == "errors/"
    error_message = "What Firehose could not deliver must not lie among landed objects."
  }

  assert {
    condition     = one(aws_kinesis_firehose_delivery_stream.expiries.extended_s3_configuration).buffering_size == 128 && one(aws_kinesis_firehose_delivery_stream.expiries.extended_s3_configuration).buffering_interval == 900
    error_message = "Smaller buffers make more objects; other ones than 128 MiB and 900 s were not measured."
  }

  assert {
    condition     = alltrue([for processing in one(aws_kinesis_firehose_delivery_stream.expiries.extended_s3_configuration).processing_configuration : !processing.enabled])
    error_message = "A processor could change or drop frames, and Firehose joins what it gives back: two Parquet files joined read as one."
  }

  assert {
    condition     = alltrue([for conversion in one(aws_kinesis_firehose_delivery_stream.expiries.extended_s3_configuration).data_format_conversion_configuration : !conversion.enabled])
    error_message = "Format conversion has one schema: values of another type are lost."
  }

  assert {
    condition     = alltrue([for partitioning in one(aws_kinesis_firehose_delivery_stream.expiries.extended_s3_configuration).dynamic_partitioning_configuration : !partitioning.enabled])
    error_message = "Dynamic partitioning parses records as JSON, and frames are none."
  }
}

run "nothing_current_is_ever_deleted_by_a_lifecycle" {
  command = plan

  assert {
    condition = alltrue([
      for rule in concat(
        aws_s3_bucket_lifecycle_configuration.landing.rule,
        aws_s3_bucket_lifecycle_configuration.failures.rule,
        aws_s3_bucket_lifecycle_configuration.archive.rule,
        aws_s3_bucket_lifecycle_configuration.artifacts.rule,
      ) : alltrue([for expiration in rule.expiration : coalesce(expiration.days, 0) == 0 && expiration.date == null])
    ])
    error_message = "What is current exists nowhere else: a late transform, or nobody who looked, and it would be gone."
  }

  assert {
    condition = alltrue([
      for bucket in ["landing", "archive", "failures"] :
      one(aws_s3_bucket_versioning.this[bucket].versioning_configuration).status == "Enabled"
    ])
    error_message = "Without versions a delete and an overwrite cannot be taken back, and the transform could read another object than it looked at."
  }

  assert {
    condition = alltrue([
      for rule in concat(
        aws_s3_bucket_lifecycle_configuration.landing.rule,
        aws_s3_bucket_lifecycle_configuration.archive.rule,
        aws_s3_bucket_lifecycle_configuration.failures.rule,
      ) : alltrue([for noncurrent in rule.noncurrent_version_expiration : noncurrent.noncurrent_days == 30])
    ])
    error_message = "What compaction or a mistake deleted could not be taken back for a month."
  }

  assert {
    condition = alltrue([
      for rule in concat(
        aws_s3_bucket_lifecycle_configuration.landing.rule,
        aws_s3_bucket_lifecycle_configuration.archive.rule,
        aws_s3_bucket_lifecycle_configuration.failures.rule,
      ) : length(rule.noncurrent_version_transition) == 0
    ])
    error_message = "What was deleted by mistake would have to be restored before it can be taken back."
  }

  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.this : !coalesce(bucket.object_lock_enabled, false)])
    error_message = "Under a lock compaction could delete nothing, and nobody could erase what must be erased."
  }
}

run "only_archive_objects_become_cold" {
  command = plan

  assert {
    condition     = sum([for rule in aws_s3_bucket_lifecycle_configuration.archive.rule : length(rule.transition)]) == 1
    error_message = "One move, of one prefix."
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_lifecycle_configuration.archive.rule : length(rule.transition) == 0 || try(one(rule.filter).prefix == "items/", false)
    ])
    error_message = "A ledger in Glacier proves nothing, and an intent in Glacier stops the archive."
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_lifecycle_configuration.archive.rule : alltrue([
        for transition in rule.transition : transition.days == 45 && transition.storage_class == "GLACIER"
      ])
    ])
    error_message = "Earlier, objects would move before they are compacted."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.archive.transition_default_minimum_object_size == "varies_by_storage_class"
    error_message = "By default what is smaller than 128 KB never moves, and nearly all of it is."
  }

  assert {
    condition     = alltrue([for rule in aws_s3_bucket_lifecycle_configuration.archive.rule : rule.status == "Enabled"])
    error_message = "Nothing would move, or nothing would be cleared."
  }

  assert {
    condition = alltrue([
      for rule in concat(
        aws_s3_bucket_lifecycle_configuration.landing.rule,
        aws_s3_bucket_lifecycle_configuration.failures.rule,
      ) : length(rule.transition) == 0
    ])
    error_message = "The transform cannot read a landed object that is in Glacier."
  }
}

run "with_a_floor_and_an_end_only_archive_objects_are_touched" {
  command = plan

  variables {
    archive_size_min_bytes = 131072
    archive_after_days     = 60
    archive_expiry_days    = 400
    storage_class          = "DEEP_ARCHIVE"
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_lifecycle_configuration.archive.rule : length(rule.transition) == 0 || try(
        one(one(rule.filter).and).prefix == "items/" && one(one(rule.filter).and).object_size_greater_than == 131072,
        false,
      )
    ])
    error_message = "A ledger in Glacier proves nothing, and an intent in Glacier stops the archive."
  }

  assert {
    condition = [
      for rule in aws_s3_bucket_lifecycle_configuration.archive.rule : "${one(rule.filter).prefix} ${one(rule.expiration).days}" if try(one(rule.expiration).days > 0, false)
    ] == ["items/ 400"]
    error_message = "Archive objects, and nothing but them, end when they were asked to: the ledger stays."
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_lifecycle_configuration.archive.rule : alltrue([
        for transition in rule.transition : transition.days == 60 && transition.storage_class == "DEEP_ARCHIVE"
      ])
    ])
    error_message = "The class and the day that were asked for."
  }
}

run "no_message_is_given_up_before_it_is_stored_or_set_aside" {
  command = plan

  assert {
    condition = aws_sqs_queue.messages[0].visibility_timeout_seconds >= (
      6 * aws_lambda_function.ingest[0].timeout + aws_lambda_event_source_mapping.ingest[0].maximum_batching_window_in_seconds
    )
    error_message = "Messages would come back while they are still being stored, and be counted as failed."
  }

  assert {
    condition     = aws_sqs_queue.messages[0].message_retention_seconds == 1209600 && aws_sqs_queue.dead_letters[0].message_retention_seconds == 1209600
    error_message = "A message that waits longer than its queue keeps it is gone: 14 days is the most there is."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue_redrive_policy.messages[0].redrive_policy).deadLetterTargetArn == aws_sqs_queue.dead_letters[0].arn && jsondecode(aws_sqs_queue_redrive_policy.messages[0].redrive_policy).maxReceiveCount == 5
    error_message = "Without a dead-letter queue a message that fails is deleted with the queue's retention; after one receive a throttle is enough to end there."
  }

  assert {
    condition     = toset(aws_lambda_event_source_mapping.ingest[0].function_response_types) == toset(["ReportBatchItemFailures"])
    error_message = "Without it Lambda deletes failed messages with the good ones."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.ingest[0].batch_size == 20 && aws_lambda_event_source_mapping.ingest[0].maximum_batching_window_in_seconds == 60
    error_message = "As before: 20 messages or 60 seconds."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.ingest[0].enabled != false
    error_message = "A disabled mapping stores nothing, and the queue forgets after 14 days."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.ingest[0].event_source_arn == aws_sqs_queue.messages[0].arn &&
      aws_lambda_event_source_mapping.ingest[0].function_name == aws_lambda_function.ingest[0].arn
    )
    error_message = "The queue would not be read, or by a function that makes no items of its messages."
  }

  assert {
    condition     = length(aws_lambda_event_source_mapping.ingest[0].filter_criteria) == 0
    error_message = "Lambda deletes from a queue what a filter does not let through."
  }

  assert {
    condition     = coalesce(aws_sqs_queue.messages[0].max_message_size, 262144) >= 262144
    error_message = "IoT Core's larger messages would be refused at the door."
  }
}

run "the_transform_is_woken_every_hour_and_a_failure_is_kept" {
  command = plan

  assert {
    condition     = aws_scheduler_schedule.transform.schedule_expression == "rate(1 hour)" && coalesce(aws_scheduler_schedule.transform.state, "ENABLED") == "ENABLED"
    error_message = "Nothing would be archived."
  }

  assert {
    condition     = one(aws_scheduler_schedule.transform.flexible_time_window).mode == "OFF"
    error_message = "The heartbeat's alarm expects a run in every hour."
  }

  assert {
    condition     = one(aws_scheduler_schedule.transform.target).arn == aws_lambda_function.transform.arn
    error_message = "The schedule would wake something else."
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.transform.maximum_event_age_in_seconds == 60 && aws_lambda_function_event_invoke_config.transform.maximum_retry_attempts == 0
    error_message = "The next hour is the retry: old events and retries only pile up behind a run."
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.transform.function_name == aws_lambda_function.transform.function_name
    error_message = "The transform would keep Lambda's defaults: six hours, two retries, and no trace of a failure."
  }

  assert {
    condition     = one(one(aws_scheduler_schedule.transform.target).retry_policy).maximum_event_age_in_seconds == 60 && one(one(aws_scheduler_schedule.transform.target).retry_policy).maximum_retry_attempts == 0
    error_message = "The Scheduler would try again for a day what the next hour does anyway."
  }

  assert {
    condition     = one(one(aws_lambda_function_event_invoke_config.transform.destination_config).on_failure).destination == local.bucket_arns.failures
    error_message = "A failed run would leave no trace but a metric."
  }

  assert {
    condition     = aws_lambda_function.transform.timeout == 900 && aws_lambda_function.transform.memory_size == 3008 && one(aws_lambda_function.transform.ephemeral_storage).size == 10240
    error_message = "A full batch was measured to need this much time, memory and scratch."
  }
}

run "functions_run_what_was_built_for_them" {
  command = plan

  assert {
    condition = alltrue([
      for function in [aws_lambda_function.ingest[0], aws_lambda_function.router, aws_lambda_function.transform] :
      function.runtime == "python3.13" && toset(function.architectures) == toset(["arm64"])
    ])
    error_message = "The packages hold machine code for Python 3.13 on arm64: elsewhere no function starts."
  }

  assert {
    condition = [aws_lambda_function.ingest[0].handler, aws_lambda_function.router.handler, aws_lambda_function.transform.handler] == [
      "ingest.handler.handler", "stream_router.handler.handler", "transforms.handler.handler",
    ]
    error_message = "A function without its handler fails at every call."
  }

  assert {
    condition = [aws_lambda_function.ingest[0].role, aws_lambda_function.router.role, aws_lambda_function.transform.role] == [
      aws_iam_role.ingest[0].arn, aws_iam_role.router.arn, aws_iam_role.transform.arn,
    ]
    error_message = "A function in another's role is refused at its first call."
  }

  assert {
    condition = alltrue([
      for function in [aws_lambda_function.ingest[0], aws_lambda_function.router, aws_lambda_function.transform] :
      coalesce(function.reserved_concurrent_executions, -1) == -1
    ])
    error_message = "With none reserved (0) Lambda never runs it; what one reserves the others lack, and a new account has ten."
  }

  assert {
    condition     = aws_lambda_function.transform.s3_object_version == aws_s3_object.transform.version_id && aws_lambda_function.transform.source_code_hash == filebase64sha256("./tests/packages/transform.zip")
    error_message = "A new package would lie in its bucket, and the former code go on running."
  }
}

run "functions_are_told_what_they_must_know" {
  command = plan

  variables {
    retention_days     = 30
    app_env            = "Staging"
    batch_hours        = 6
    archive_after_days = 60
  }

  assert {
    condition = one(aws_lambda_function.ingest[0].environment).variables == tomap({
      DEVICE_DATA    = "firn-items"
      APP_ENV        = "Staging"
      RETENTION_DAYS = "30"
    })
    error_message = "Ingest would store elsewhere, other messages, or for another time."
  }

  assert {
    condition     = one(aws_lambda_function.router.environment).variables == tomap({ DELIVERY_STREAM = "firn-expiries" })
    error_message = "The router would deliver elsewhere."
  }

  assert {
    condition = one(aws_lambda_function.transform.environment).variables == tomap({
      ARCHIVE_BUCKET       = "firn-archive-123456789012-eu-west-1"
      LANDING_BUCKET       = "firn-landing-123456789012-eu-west-1"
      GLUE_DATABASE        = "firn"
      BATCH_HOURS          = "6"
      COMPACT_AFTER_DAYS   = "35"
      ARCHIVE_AFTER_DAYS   = "60"
      SOURCE_TABLE         = "firn-items"
      SOURCE_TTL_ATTRIBUTE = "expiredAt"
      ROUTER_MAPPING       = aws_lambda_event_source_mapping.router.uuid
    })
    error_message = "The transform would look elsewhere, or move objects before they are compacted."
  }
}

run "a_table_with_names_of_its_own_keeps_them" {
  command = plan

  variables {
    ingest_enabled = false
    source_attributes = {
      device_attribute     = "station"
      created_at_attribute = "takenAt"
      ttl_attribute        = "expires"
    }
  }

  assert {
    condition     = one(aws_dynamodb_table.items[0].ttl).attribute_name == "expires"
    error_message = "Time to live would look at an attribute that no item has."
  }

  assert {
    condition     = one(aws_lambda_function.transform.environment).variables["SOURCE_TTL_ATTRIBUTE"] == "expires"
    error_message = "The hourly check would look at another attribute."
  }
}

run "what_iot_core_receives_reaches_the_queue" {
  command = plan

  variables {
    iot = { topic = "+/SENSOR/DAT" }
  }

  assert {
    condition     = aws_iot_topic_rule.messages[0].enabled
    error_message = "A rule that is off sends nothing, and IoT Core keeps nothing."
  }

  assert {
    condition     = aws_iot_topic_rule.messages[0].sql == "SELECT * FROM '+/SENSOR/DAT'"
    error_message = "What the statement leaves out never reaches the queue."
  }

  assert {
    condition     = one(aws_iot_topic_rule.messages[0].sqs).queue_url == aws_sqs_queue.messages[0].url
    error_message = "The rule would send to another queue."
  }
}

run "under_a_key_of_the_users_everybody_can_still_work" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/0a0a0a0a-1111-2222-3333-444444444444"
    iot         = { topic = "+/SENSOR/DAT" }
  }

  assert {
    condition = {
      for role, document in {
        iot       = data.aws_iam_policy_document.iot[0]
        ingest    = data.aws_iam_policy_document.ingest[0]
        router    = data.aws_iam_policy_document.router
        delivery  = data.aws_iam_policy_document.delivery
        transform = data.aws_iam_policy_document.transform
        } : role => toset([
          for statement in document.statement : join(" ", concat(sort(statement.actions), ["by"], flatten([
            for condition in statement.condition : condition.values if condition.variable == "kms:ViaService"
          ]))) if anytrue([for action in statement.actions : startswith(action, "kms:")])
      ])
      } == {
      iot       = toset(["kms:Decrypt kms:GenerateDataKey by sqs.eu-west-1.amazonaws.com"])
      ingest    = toset(["kms:Decrypt by sqs.eu-west-1.amazonaws.com", "kms:Decrypt by dynamodb.eu-west-1.amazonaws.com"])
      router    = toset(["kms:Decrypt by dynamodb.eu-west-1.amazonaws.com", "kms:GenerateDataKey by s3.eu-west-1.amazonaws.com"])
      delivery  = toset(["kms:Decrypt kms:GenerateDataKey by s3.eu-west-1.amazonaws.com"])
      transform = toset(["kms:Decrypt kms:GenerateDataKey by s3.eu-west-1.amazonaws.com"])
    }
    error_message = "What a hop may not encrypt or decrypt it cannot hand on: after a day Firehose and the stream have forgotten it."
  }

  assert {
    condition     = one(aws_kinesis_firehose_delivery_stream.expiries.server_side_encryption).key_type == "CUSTOMER_MANAGED_CMK" && one(aws_kinesis_firehose_delivery_stream.expiries.server_side_encryption).key_arn == var.kms_key_arn
    error_message = "What waits in Firehose would be under another key than it was asked for."
  }

  assert {
    condition = alltrue([
      for encryption in aws_s3_bucket_server_side_encryption_configuration.this : one(encryption.rule).bucket_key_enabled &&
      one(one(encryption.rule).apply_server_side_encryption_by_default).kms_master_key_id == var.kms_key_arn
    ])
    error_message = "Each object would ask KMS by itself, which bills and throttles; or be under another key."
  }
}

run "each_service_may_take_the_role_that_was_made_for_it" {
  command = plan

  variables {
    iot = { topic = "+/SENSOR/DAT" }
  }

  assert {
    condition = {
      for service, document in {
        lambda    = data.aws_iam_policy_document.lambda_trust
        firehose  = data.aws_iam_policy_document.delivery_trust
        scheduler = data.aws_iam_policy_document.schedule_trust
        iot       = data.aws_iam_policy_document.iot_trust[0]
      } : service => flatten([for statement in document.statement : [for principal in statement.principals : principal.identifiers]])
      } == {
      lambda    = ["lambda.amazonaws.com"]
      firehose  = ["firehose.amazonaws.com"]
      scheduler = ["scheduler.amazonaws.com"]
      iot       = ["iot.amazonaws.com"]
    }
    error_message = "A service that cannot take its role delivers nothing."
  }
}

run "who_holds_the_only_copy_may_write_it" {
  command = plan

  assert {
    condition = contains(flatten([
      for statement in data.aws_iam_policy_document.delivery.statement : statement.resources if contains(statement.actions, "s3:PutObject")
    ]), "${local.bucket_arns.landing}/landing/*")
    error_message = "Firehose would try for 24 hours what it is not allowed, and forget it."
  }

  assert {
    condition = flatten([
      for statement in data.aws_iam_policy_document.router.statement : statement.resources if contains(statement.actions, "s3:PutObject")
    ]) == ["${local.bucket_arns.failures}/aws/lambda/*"]
    error_message = "Lambda could not save what it gives up on, under the names that it gives it."
  }

  assert {
    condition = toset(flatten([
      for statement in data.aws_iam_policy_document.router.statement : [
        for action in statement.actions : action if startswith(action, "dynamodb:") && toset(statement.resources) == toset([local.stream_arn])
      ]
    ])) == toset(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"])
    error_message = "The mapping could not read the stream, which forgets after 24 hours."
  }

  assert {
    condition = alltrue(flatten([
      for documents in [data.aws_iam_policy_document.bucket, data.aws_iam_policy_document.queue_tls] : [
        for document in documents : [
          for statement in document.statement :
          statement.effect == "Deny" && [for condition in statement.condition : "${condition.test} ${condition.variable} ${join(",", condition.values)}"] == ["Bool aws:SecureTransport false"]
        ]
      ]
    ]))
    error_message = "A Deny for more than what comes without TLS shuts Firehose and the functions out."
  }
}
