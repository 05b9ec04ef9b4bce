# What rings, when, and what it means.
#
# Rule 1: an alarm is something that a person must do something about. What comes
# again by itself rings only when it lasts.
# Rule 2: each has a section in docs/RUNBOOK.md, under its own name.
# Rule 3: the names of Firn's own metrics are those of ingest/counts.py,
# stream_router/counts.py and transforms/report.py; a test compares them.
#
# Twenty-four alarms cost 2.40 USD a month (the first ten of an account nothing).

locals {
  hour_seconds = 3600

  # What dimensions a hop's own metrics have; without the function's name two
  # deployments in one account would ring for each other.
  firn = {
    for hop, service in { ingest = "ingest", router = "stream_router", transform = "transforms" } :
    hop => { service = service, function_name = local.names[hop] }
  }
  function = { for hop in keys(local.firn) : hop => { FunctionName = local.names[hop] } }
  router_mapping = {
    EventSourceMappingUUID = aws_lambda_event_source_mapping.router.uuid
  }

  # Five minutes: AWS's own metrics come each minute, Firehose's each five. Where
  # nothing is sent there was nothing to count.
  at_once = {
    comparison = "GreaterThanThreshold"
    threshold  = 0
    period     = 300
    evaluated  = 1
    to_alarm   = 1
    missing    = "notBreaching"
  }

  # In three of the last hour's twelve: what lasts a quarter of an hour or keeps
  # coming back. The sender tries again by itself, so one hiccup is nothing.
  lasting = merge(local.at_once, { evaluated = 12, to_alarm = 3 })

  # The transform counts once an hour. What a run found rings for an hour; the
  # next one that finds something rings again.
  each_run = merge(local.at_once, { period = local.hour_seconds })

  # What a run sees as it is now. A run that did not come has not seen it mended:
  # the state stays, and the heartbeat rings.
  until_seen_mended = merge(local.each_run, { missing = "ignore" })

  # --------------------------------------------------------------------------
  # From the device to the table
  # --------------------------------------------------------------------------
  ingest_alarms = {
    dead_letters = merge(local.at_once, {
      namespace  = "AWS/SQS"
      metric     = "ApproximateNumberOfMessagesVisible"
      dimensions = { QueueName = local.names.dead_letters }
      statistic  = "Maximum"
      means      = "Messages could not be stored in five tries. They wait in the dead-letter queue for 14 days."
    })

    queue_age = merge(local.at_once, {
      namespace  = "AWS/SQS"
      metric     = "ApproximateAgeOfOldestMessage"
      dimensions = { QueueName = local.names.queue }
      statistic  = "Maximum"
      # A bad message is a dead letter after five tries, 65 minutes; what is older
      # is not one bad message.
      threshold = 2 * local.hour_seconds
      means     = "Messages wait for two hours and longer: ingest does not run, is too slow, or the table refuses."
    })

    ingest_errors = merge(local.lasting, {
      namespace  = "AWS/Lambda"
      metric     = "Errors"
      dimensions = local.function.ingest
      statistic  = "Sum"
      means      = "Ingest keeps failing as a whole. Its messages go back to the queue."
    })

    ingest_throttles = merge(local.lasting, {
      namespace  = "AWS/Lambda"
      metric     = "Throttles"
      dimensions = local.function.ingest
      statistic  = "Sum"
      means      = "Lambda keeps refusing to run ingest: the account's concurrency is used up."
    })
  }

  # --------------------------------------------------------------------------
  # From the table to the landing bucket: here 24 hours are all there is
  # --------------------------------------------------------------------------
  router_alarms = {
    iterator_age = merge(local.at_once, {
      namespace  = "AWS/Lambda"
      metric     = "IteratorAge"
      dimensions = local.function.router
      statistic  = "Maximum"
      # Lambda counts in milliseconds. An hour, of the 12 that the mapping waits
      # and the 24 that the stream remembers.
      threshold = local.hour_seconds * 1000
      means     = "The router is over an hour behind the table. After 12 hours the mapping gives up, after 24 the stream forgets."
    })

    # Counted by the mapping itself (metrics_config in router.tf): a request
    # metric of the bucket costs more, its number of objects comes once a day.
    on_failure = merge(local.at_once, {
      namespace  = "AWS/Lambda"
      metric     = "OnFailureDestinationDeliveredEventCount"
      dimensions = local.router_mapping
      statistic  = "Sum"
      means      = "The mapping gave up on stream records and saved them in the failures bucket, which is their only copy."
    })

    destination_failures = merge(local.at_once, {
      namespace  = "AWS/Lambda"
      metric     = "DestinationDeliveryFailures"
      dimensions = local.function.router
      statistic  = "Sum"
      means      = "The mapping gave up on stream records and could not save them: they are gone when the stream forgets them."
    })

    stray_lines = merge(local.at_once, {
      namespace  = "Firn"
      metric     = "LinesStray"
      dimensions = local.firn.router
      statistic  = "Sum"
      means      = "Items expired without their content: the stream does not show old images, or holds a record that is none."
    })

    router_errors = merge(local.lasting, {
      namespace  = "AWS/Lambda"
      metric     = "Errors"
      dimensions = local.function.router
      statistic  = "Sum"
      means      = "The router keeps failing as a whole. The mapping halves its batches and tries again, for 12 hours."
    })

    router_throttles = merge(local.lasting, {
      namespace  = "AWS/Lambda"
      metric     = "Throttles"
      dimensions = local.function.router
      statistic  = "Sum"
      means      = "Lambda keeps refusing to run the router: the account's concurrency is used up."
    })

    delivery_freshness = merge(local.at_once, {
      namespace  = "AWS/Firehose"
      metric     = "DeliveryToS3.DataFreshness"
      dimensions = { DeliveryStreamName = local.names.delivery_stream }
      statistic  = "Maximum"
      # It holds lines for 15 minutes by itself.
      threshold = local.hour_seconds
      means     = "Firehose has held lines for over an hour, and it is all that has them. After 24 hours it drops them."
    })

    delivery_throttled = merge(local.lasting, {
      namespace  = "AWS/Firehose"
      metric     = "ThrottledRecords"
      dimensions = { DeliveryStreamName = local.names.delivery_stream }
      statistic  = "Sum"
      means      = "Firehose keeps refusing frames: its quota is too small for what expires."
    })
  }

  # --------------------------------------------------------------------------
  # From the landing bucket to the archive: nothing here is in a hurry
  # --------------------------------------------------------------------------
  transform_alarms = {
    landed_age = merge(local.until_seen_mended, {
      namespace  = "Firn"
      metric     = "OldestLandedAge"
      dimensions = local.firn.transform
      statistic  = "Maximum"
      # A batch is closed by the first run after batch_hours; three more mean that
      # two runs did not close it.
      threshold = (var.batch_hours + 3) * local.hour_seconds
      means     = "Landed objects are older than batch_hours and three: the transform does not get through."
    })

    # Silence is what it looks for: a run that dies says nothing, and neither does
    # a schedule that is off. One lost run is the next tick's to make good.
    transform_heartbeat = merge(local.each_run, {
      namespace  = "Firn"
      metric     = "TransformHeartbeat"
      dimensions = local.firn.transform
      statistic  = "Sum"
      comparison = "LessThanThreshold"
      threshold  = 1
      evaluated  = 3
      to_alarm   = 3
      missing    = "breaching"
      means      = "No run of the transform has ended well for three hours. Nobody looks at time to live and mapping either."
    })

    intent_attempts = merge(local.each_run, {
      namespace  = "Firn"
      metric     = "IntentAttempts"
      dimensions = local.firn.transform
      statistic  = "Maximum"
      # The first try is 1.
      threshold = 1
      means     = "A batch had to be tried again: its first run died. After three tries it is halved."
    })

    quarantine = merge(local.each_run, {
      namespace  = "Firn"
      metric     = "LinesQuarantined"
      dimensions = local.firn.transform
      statistic  = "Sum"
      means      = "Lines that can never be rows were set aside, whole, under quarantine/ in the archive."
    })

    damage = merge(local.each_run, {
      namespace  = "Firn"
      metric     = "DamagedRanges"
      dimensions = local.firn.transform
      statistic  = "Sum"
      means      = "Landed objects hold bytes that are no frames. How many lines they were, nobody knows."
    })

    identity_conflicts = merge(local.each_run, {
      namespace  = "Firn"
      metric     = "IdentityConflicts"
      dimensions = local.firn.transform
      statistic  = "Sum"
      means      = "One expiry came with two different images. Both are kept; it does not happen by itself."
    })

    # Each one: a run may stop a single time at what must be looked at (another
    # writer's entry in the place of its own), and the next one ends well.
    transform_errors = merge(local.each_run, {
      namespace  = "AWS/Lambda"
      metric     = "Errors"
      dimensions = local.function.transform
      statistic  = "Sum"
      means      = "A run of the transform failed. Landed objects wait; the next run goes on where it stopped."
    })

    # One that was refused is the next tick's; two of three are too many.
    transform_throttles = merge(local.each_run, {
      namespace  = "AWS/Lambda"
      metric     = "Throttles"
      dimensions = local.function.transform
      statistic  = "Sum"
      evaluated  = 3
      to_alarm   = 2
      means      = "Lambda keeps refusing to run the transform: the account's concurrency is used up."
    })
  }

  # --------------------------------------------------------------------------
  # What each run of the transform looks at (transforms/watch.py)
  # --------------------------------------------------------------------------
  source_alarms = {
    ttl_disabled = merge(local.until_seen_mended, {
      namespace  = "Firn"
      metric     = "TtlDisabled"
      dimensions = local.firn.transform
      statistic  = "Maximum"
      means      = "The table's time to live is off, or on another attribute: nothing expires, and the table grows."
    })

    mapping_disabled = merge(local.until_seen_mended, {
      namespace  = "Firn"
      metric     = "MappingDisabled"
      dimensions = local.firn.transform
      statistic  = "Maximum"
      means      = "The router's event source mapping is off or gone. What expires is lost 24 hours later."
    })

    # A single failed call looks the same for a minute; two runs do not both meet it.
    mapping_failing = merge(local.until_seen_mended, {
      namespace  = "Firn"
      metric     = "MappingFailing"
      dimensions = local.firn.transform
      statistic  = "Maximum"
      evaluated  = 2
      to_alarm   = 2
      means      = "The router's event source mapping is on but reads or calls in vain. What expires is lost 24 hours later."
    })

    stream_changed = merge(local.until_seen_mended, {
      namespace  = "Firn"
      metric     = "StreamChanged"
      dimensions = local.firn.transform
      statistic  = "Maximum"
      means      = "The table's stream is off, is another one than the mapping reads, or does not show old images."
    })
  }

  alarms = merge(
    { for key, alarm in local.ingest_alarms : key => alarm if local.makes_ingest },
    local.router_alarms,
    local.transform_alarms,
    local.source_alarms,
  )

  alarm_names      = { for key in keys(local.alarms) : key => "${var.name}-${replace(key, "_", "-")}" }
  alarm_arn_prefix = "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:"
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name        = local.alarm_names[each.key]
  alarm_description = "${each.value.means} docs/RUNBOOK.md#${replace(each.key, "_", "-")}"

  namespace   = each.value.namespace
  metric_name = each.value.metric
  dimensions  = each.value.dimensions
  statistic   = each.value.statistic

  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = each.value.period
  evaluation_periods  = each.value.evaluated
  datapoints_to_alarm = each.value.to_alarm
  treat_missing_data  = each.value.missing

  # Also when it is over: who was woken wants to sleep again.
  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}
