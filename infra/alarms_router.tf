# What rings from the table to the landing bucket: here 24 hours are all there is.

locals {
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
}
