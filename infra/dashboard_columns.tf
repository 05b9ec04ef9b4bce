# The dashboard's columns: from the queue on the left to Glacier on the right, in
# the order of an item's life.
#
# Rule 1: a number stands in the column of the place where it arises, so that the
# first column that looks wrong is where to look.

locals {
  queue_column = {
    says = "## 1 Queue\nWhat devices sent. A message stays until its item is stored."
    graphs = [
      merge(local.graph, {
        title = "Messages"
        metrics = [
          concat(["Firn", "MessagesReceived"], local.firn_dimensions.ingest, [{ label = "received" }]),
          concat(["Firn", "MessagesFailed"], local.firn_dimensions.ingest, [{ label = "failed" }]),
          concat(["Firn", "MessagesDroppedByAppEnv"], local.firn_dimensions.ingest, [{ label = "another environment's" }]),
        ]
      }),
      merge(local.graph, {
        title = "Waiting"
        stat  = "Maximum"
        metrics = [
          ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", local.names.queue, { label = "in the queue" }],
          ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", local.names.dead_letters, { label = "dead letters" }],
        ]
      }),
      merge(local.graph, {
        title = "Oldest message"
        stat  = "Maximum"
        yAxis = { left = { label = "seconds", showUnits = false, min = 0 } }
        metrics = [
          ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", local.names.queue, { label = "age" }],
        ]
      }),
    ]
  }

  columns = concat([for _ in aws_lambda_function.ingest : local.queue_column], [
    {
      says = "## 2 Table\nItems live here until their time to live has passed."
      graphs = [
        merge(local.graph, {
          title = "Items"
          metrics = concat(
            [for _ in aws_lambda_function.ingest : concat(["Firn", "ItemsPut"], local.firn_dimensions.ingest, [{ label = "stored" }])],
            [["AWS/DynamoDB", "TimeToLiveDeletedItemCount", "TableName", local.names.table, { label = "expired" }]],
          )
        }),
        merge(local.graph, {
          title  = "Wrong with table or mapping"
          stat   = "Maximum"
          period = 3600
          yAxis  = { left = { showUnits = false, min = 0, max = 1 } }
          metrics = [
            for name, label in {
              TtlDisabled     = "time to live off"
              MappingDisabled = "mapping off"
              MappingFailing  = "mapping failing"
              StreamChanged   = "another stream"
            } : concat(["Firn", name], local.firn_dimensions.transform, [{ label = label }])
          ]
        }),
        merge(local.graph, {
          title = "Throttled"
          metrics = [
            ["AWS/DynamoDB", "WriteThrottleEvents", "TableName", local.names.table, { label = "writes" }],
          ]
        }),
      ]
    },
    {
      says = "## 3 Router\nA delete is on the stream for 24 hours. Age above zero is the clock that runs."
      graphs = [
        merge(local.graph, {
          title = "Expiries"
          metrics = [
            concat(["Firn", "RecordsExpired"], local.firn_dimensions.router, [{ label = "came" }]),
            concat(["Firn", "LinesDelivered"], local.firn_dimensions.router, [{ label = "delivered" }]),
            concat(["Firn", "LinesUndelivered"], local.firn_dimensions.router, [{ label = "asked for again" }]),
            concat(["Firn", "LinesStray"], local.firn_dimensions.router, [{ label = "without image" }]),
          ]
        }),
        merge(local.graph, {
          title = "Behind the table"
          stat  = "Maximum"
          yAxis = { left = { label = "milliseconds", showUnits = false, min = 0 } }
          annotations = {
            horizontal = [{ label = "rings", value = local.router_alarms.iterator_age.threshold }]
          }
          metrics = [
            ["AWS/Lambda", "IteratorAge", "FunctionName", local.names.router, { label = "age" }],
          ]
        }),
        merge(local.graph, {
          title = "The mapping"
          metrics = [
            for name, label in {
              PolledEventCount                        = "read"
              FilteredOutEventCount                   = "no expiries"
              DroppedEventCount                       = "given up"
              OnFailureDestinationDeliveredEventCount = "saved in failures"
            } : ["AWS/Lambda", name, "EventSourceMappingUUID", aws_lambda_event_source_mapping.router.uuid, { label = label }]
          ]
        }),
      ]
    },
    {
      says = "## 4 Firehose\nCollects frames for 15 minutes, then lands them as one object."
      graphs = [
        merge(local.graph, {
          title = "Bytes"
          metrics = [
            ["AWS/Firehose", "IncomingBytes", "DeliveryStreamName", local.names.delivery_stream, { label = "taken" }],
            ["AWS/Firehose", "DeliveryToS3.Bytes", "DeliveryStreamName", local.names.delivery_stream, { label = "landed" }],
          ]
        }),
        merge(local.graph, {
          title = "Oldest frame it holds"
          stat  = "Maximum"
          yAxis = { left = { label = "seconds", showUnits = false, min = 0 } }
          annotations = {
            horizontal = [{ label = "rings", value = local.router_alarms.delivery_freshness.threshold }]
          }
          metrics = [
            ["AWS/Firehose", "DeliveryToS3.DataFreshness", "DeliveryStreamName", local.names.delivery_stream, { label = "age" }],
          ]
        }),
        merge(local.graph, {
          title = "Refused"
          metrics = [
            ["AWS/Firehose", "ThrottledRecords", "DeliveryStreamName", local.names.delivery_stream, { label = "frames" }],
          ]
        }),
      ]
    },
    {
      says = "## 5 Transform\nOnce in ${var.batch_hours} hours what has landed becomes an entry of the ledger."
      graphs = [
        merge(local.graph, {
          title  = "Lines"
          period = 3600
          metrics = [
            concat(["Firn", "LinesConverted"], local.firn_dimensions.transform, [{ label = "converted" }]),
            concat(["Firn", "RowsArchived"], local.firn_dimensions.transform, [{ label = "rows" }]),
            concat(["Firn", "DoublesDropped"], local.firn_dimensions.transform, [{ label = "doubles" }]),
            concat(["Firn", "LinesQuarantined"], local.firn_dimensions.transform, [{ label = "quarantined" }]),
          ]
        }),
        merge(local.graph, {
          title  = "Oldest landed object"
          stat   = "Maximum"
          period = 3600
          yAxis  = { left = { label = "seconds", showUnits = false, min = 0 } }
          annotations = {
            horizontal = [{ label = "rings", value = local.transform_alarms.landed_age.threshold }]
          }
          metrics = [
            concat(["Firn", "OldestLandedAge"], local.firn_dimensions.transform, [{ label = "age" }]),
          ]
        }),
        merge(local.graph, {
          title  = "Runs"
          period = 3600
          metrics = [
            concat(["Firn", "TransformHeartbeat"], local.firn_dimensions.transform, [{ label = "ended well" }]),
            concat(["Firn", "EntriesCommitted"], local.firn_dimensions.transform, [{ label = "entries" }]),
            concat(["Firn", "CompactionsCommitted"], local.firn_dimensions.transform, [{ label = "of them compactions" }]),
            ["AWS/Lambda", "Errors", "FunctionName", local.names.transform, { label = "failed" }],
          ]
        }),
      ]
    },
    {
      says = "## 6 Archive\nAfter ${var.archive_after_days} days an object moves to ${var.storage_class}."
      graphs = [
        # S3 counts once a day.
        merge(local.graph, {
          title  = "Bytes by storage class"
          stat   = "Average"
          period = 86400
          metrics = [
            for class, label in {
              StandardStorage                                                                          = "warm"
              (var.storage_class == "GLACIER" ? "GlacierStorage" : "DeepArchiveStorage")               = "cold"
              (var.storage_class == "GLACIER" ? "GlacierObjectOverhead" : "DeepArchiveObjectOverhead") = "overhead of cold objects"
            } : ["AWS/S3", "BucketSizeBytes", "BucketName", local.buckets.archive, "StorageType", class, { label = label }]
          ]
        }),
        merge(local.graph, {
          title  = "Objects"
          stat   = "Average"
          period = 86400
          metrics = [
            for bucket, label in {
              archive  = "archive"
              landing  = "landing"
              failures = "failures"
            } : ["AWS/S3", "NumberOfObjects", "BucketName", local.buckets[bucket], "StorageType", "AllStorageTypes", { label = label }]
          ]
        }),
        merge(local.graph, {
          title  = "Never without a reason"
          period = 3600
          metrics = [
            concat(["Firn", "DamagedRanges"], local.firn_dimensions.transform, [{ label = "damaged ranges" }]),
            concat(["Firn", "IdentityConflicts"], local.firn_dimensions.transform, [{ label = "identity conflicts" }]),
            concat(["Firn", "IntentAttempts"], local.firn_dimensions.transform, [{ label = "tries of a batch", stat = "Maximum" }]),
          ]
        }),
      ]
    },
  ])
}
