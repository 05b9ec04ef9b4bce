# What rings from the landing bucket to the archive, where nothing is in a hurry;
# and what each run finds wrong with the source, which is.

locals {
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

  # What each run looks at (transforms/watch.py).
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
}
