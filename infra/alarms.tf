# How alarms ring, and whom they tell. What rings stands in alarms_ingest.tf,
# alarms_router.tf and alarms_transform.tf.
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
