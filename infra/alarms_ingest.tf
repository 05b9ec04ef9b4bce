# What rings from the device to the table.

locals {
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
}
