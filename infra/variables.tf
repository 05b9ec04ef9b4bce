# What a deployment decides, and what each decision costs.
#
# Rule 1: what would lose items when it is changed is no variable. It is a
# literal beside its reason, in the file of the thing that it belongs to.
# Rule 2: a value that could not work is refused here, at plan time, with a
# sentence that says what would.
# Prices are those of us-east-1.

# ------------------------------------------------------------------------------
# The deployment
# ------------------------------------------------------------------------------

variable "name" {
  description = "Prefix of every name that is made. Two deployments in one account differ in it. It cannot be changed later: another name is another deployment."
  type        = string
  default     = "firn"

  validation {
    # Buckets are named NAME-athena-results-ACCOUNT-REGION, within S3's 63.
    condition     = can(regex("^[a-z][a-z0-9-]{0,15}[a-z0-9]$", var.name))
    error_message = "name: 2 to 17 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen; bucket names are made of it."
  }
}

variable "packages_dir" {
  description = "The folder with the Lambda packages that `make build` wrote. Null: build/arm64 beside this module's folder."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "A KMS key of yours for buckets, queues, table, delivery stream, logs and topic. Null: keys that AWS owns, at no cost. With a key of yours every request of Firn to KMS is billed (bucket keys keep that low), and whoever loses the key loses the archive."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn: the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID; an alias will not do."
  }
}

variable "force_destroy" {
  description = "Whether `terraform destroy` may delete buckets that still hold objects: the archive with all its versions. Leave it false; docs/DEPLOYING.md has the way out."
  type        = bool
  default     = false
  nullable    = false
}

# ------------------------------------------------------------------------------
# The table and what is written to it
# ------------------------------------------------------------------------------

variable "existing_table" {
  description = "A table that stands already: its name and the ARN of its stream. Nothing of it is changed. Null: the module makes the table."
  type = object({
    name       = string
    stream_arn = string
  })
  default = null

  validation {
    condition     = var.existing_table == null || can(regex("^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]{12}:table/[^/]+/stream/.+$", var.existing_table.stream_arn))
    error_message = "existing_table.stream_arn: the ARN of the table's stream, as `aws dynamodb describe-table` shows it under LatestStreamArn."
  }
}

variable "source_attributes" {
  description = "What the table calls an item's device, creation time and time to live, and the unit of the creation time: ms or s (numbers), or iso8601 (text). Fixed by the archive's first entry."
  type = object({
    device_attribute     = optional(string, "deviceID")
    created_at_attribute = optional(string, "createdAt")
    created_at_unit      = optional(string, "ms")
    ttl_attribute        = optional(string, "expiredAt")
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["ms", "s", "iso8601"], var.source_attributes.created_at_unit)
    error_message = "source_attributes.created_at_unit: ms, s or iso8601."
  }

  validation {
    condition = length(setsubtract(
      [
        var.source_attributes.device_attribute,
        var.source_attributes.created_at_attribute,
        var.source_attributes.ttl_attribute,
      ],
      [""],
    )) == 3
    error_message = "source_attributes: device, creation time and time to live are three different attributes, and each has a name."
  }

  validation {
    condition = !coalesce(var.ingest_enabled, var.existing_table == null) || (
      var.source_attributes.device_attribute == "deviceID" &&
      var.source_attributes.created_at_attribute == "createdAt" &&
      var.source_attributes.created_at_unit == "ms" &&
      var.source_attributes.ttl_attribute == "expiredAt"
    )
    error_message = "source_attributes: ingest writes deviceID, createdAt (ms) and expiredAt and no other names; leave them, or set ingest_enabled = false."
  }
}

variable "ingest_enabled" {
  description = "Whether the module makes queue and ingest function. Null: yes when it makes the table, no when the table stands already."
  type        = bool
  default     = null
}

variable "app_env" {
  description = "Whose messages this deployment stores: Staging those of clients with stg in their names, anything else those of all others."
  type        = string
  default     = "Production"
  nullable    = false

  validation {
    condition     = length(var.app_env) > 0
    error_message = "app_env: Staging, or another word such as Production."
  }
}

variable "retention_days" {
  description = "Days that an item lives in the table before its time to live deletes it and Firn archives it: the live table's, never the archive's (that is archive_expiry_days). A million items of 300 bytes cost 0.075 USD a month in the table."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = var.retention_days >= 1 && var.retention_days <= 3650 && floor(var.retention_days) == var.retention_days
    error_message = "retention_days: a whole number of days, 1 to 3650."
  }
}

variable "iot" {
  description = "How IoT Core reaches the queue. role_arn: the role of a rule of yours, which may then send. topic: a topic filter (such as +/SENSOR/DAT); the module then makes the rule too, and its role unless role_arn names one."
  type = object({
    role_arn = optional(string)
    topic    = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.iot.role_arn == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.iot.role_arn))
    error_message = "iot.role_arn: the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME."
  }

  validation {
    # It stands between apostrophes in the rule's SQL.
    condition     = var.iot.topic == null || can(regex("^[^'\\s]+$", var.iot.topic))
    error_message = "iot.topic: a topic filter without blanks and apostrophes, such as +/SENSOR/DAT."
  }

  validation {
    condition     = (var.iot.role_arn == null && var.iot.topic == null) || coalesce(var.ingest_enabled, var.existing_table == null)
    error_message = "iot: there is no queue to send to without ingest; set ingest_enabled = true, or leave iot out."
  }
}

variable "table_capacity" {
  description = "Provisioned read and write capacity units of the table. Null: on demand, 0.625 USD per million writes. A provisioned unit costs 0.00065 USD an hour written, and throttles above it; ingest waits then, and loses nothing."
  type = object({
    read  = number
    write = number
  })
  default = null

  validation {
    condition     = var.table_capacity == null || try(var.table_capacity.read >= 1 && var.table_capacity.write >= 1, false)
    error_message = "table_capacity: at least 1 of each."
  }
}

variable "point_in_time_recovery" {
  description = "Whether the table can be restored to any second of the last 35 days, for 0.20 USD per GB and month."
  type        = bool
  default     = true
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether DynamoDB refuses to delete the table. Costs nothing; docs/DEPLOYING.md has the way out."
  type        = bool
  default     = true
  nullable    = false
}

# ------------------------------------------------------------------------------
# The archive
# ------------------------------------------------------------------------------

variable "columns" {
  description = "Attributes that get a typed column of their own: name, type (string, bigint, double, boolean, decimal(precision,scale)) and attribute (the name's own spelling by default). All else is kept exactly in the column rest. A column can be added at any time; it never changes its type or attribute: a new meaning needs a new name. Do not take one away: its values stay in the older files, but the views no longer show them, and two items that differ in nothing else look like one."
  type = list(object({
    name      = string
    type      = string
    attribute = optional(string)
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for column in var.columns : can(regex("^[A-Za-z_][A-Za-z0-9_]{0,254}$", column.name))])
    error_message = "columns: a name has letters, digits and underscores, at most 255 of them, and does not begin with a digit."
  }

  validation {
    condition     = length(distinct([for column in var.columns : lower(column.name)])) == length(var.columns)
    error_message = "columns: two names are the same after lower-casing, as Athena and Glue do it."
  }

  validation {
    condition     = length(distinct([for column in var.columns : coalesce(column.attribute, column.name)])) == length(var.columns)
    error_message = "columns: two of them show the same attribute."
  }

  validation {
    condition = alltrue([
      for column in var.columns : !contains(
        ["device_id", "created_at", "expired_at", "deleted_at", "sequence_number", "rest", "device", "date", "day"],
        lower(column.name),
      )
    ])
    error_message = "columns: device_id, created_at, expired_at, deleted_at, sequence_number, rest, device, date and day are the archive's own."
  }

  validation {
    condition = alltrue([
      for column in var.columns : can(regex("^(string|bigint|double|boolean|decimal\\([0-9]{1,2},[0-9]{1,2}\\))$", column.type))
    ])
    error_message = "columns: a type is string, bigint, double, boolean or decimal(precision,scale), in lower case and without blanks."
  }

  validation {
    condition = alltrue([
      for column in var.columns : try(
        tonumber(regex("^decimal\\(([0-9]+),[0-9]+\\)$", column.type)[0]) >= 1 &&
        tonumber(regex("^decimal\\(([0-9]+),[0-9]+\\)$", column.type)[0]) <= 38 &&
        tonumber(regex("^decimal\\([0-9]+,([0-9]+)\\)$", column.type)[0]) <= tonumber(regex("^decimal\\(([0-9]+),[0-9]+\\)$", column.type)[0]),
        true,
      )
    ])
    error_message = "columns: a decimal has a precision of 1 to 38 and a scale of at most its precision."
  }

  validation {
    condition = alltrue([
      for column in var.columns : !contains(
        [
          var.source_attributes.device_attribute,
          var.source_attributes.created_at_attribute,
          var.source_attributes.ttl_attribute,
        ],
        coalesce(column.attribute, column.name),
      )
    ])
    error_message = "columns: device, creation time and time to live have columns of their own already (device_id, created_at, expired_at)."
  }
}

variable "time_zone" {
  description = "The zone whose days divide the archive, by its name in the tz database, such as Asia/Tokyo. Fixed by the archive's first entry."
  type        = string
  default     = "UTC"
  nullable    = false

  validation {
    condition     = contains(split("\n", trimspace(file("${path.module}/time_zones.txt"))), var.time_zone)
    error_message = "time_zone: no zone that the tz database and Athena's engine both know; write it as Asia/Tokyo or UTC."
  }
}

variable "granularity" {
  description = "Whether a device has an archive object per day or per month. A month's object repays its Glacier transition in two months, a day's of 1,440 rows never; so months for large fleets."
  type        = string
  default     = "day"
  nullable    = false

  validation {
    condition     = contains(["day", "month"], var.granularity)
    error_message = "granularity: day or month."
  }
}

variable "batch_hours" {
  description = "Age in hours at which landed objects become archive objects. Fewer hours mean sooner and smaller objects, and small ones never pay in Glacier."
  type        = number
  default     = 24
  nullable    = false

  validation {
    condition     = var.batch_hours >= 1 && var.batch_hours <= 168 && floor(var.batch_hours) == var.batch_hours
    error_message = "batch_hours: a whole number of hours, 1 to 168."
  }
}

variable "storage_class" {
  description = "GLACIER (0.0036 USD per GB and month, restored within hours, at least 90 days billed) or DEEP_ARCHIVE (0.00099 USD, within two days, at least 180 days)."
  type        = string
  default     = "GLACIER"
  nullable    = false

  validation {
    condition     = contains(["GLACIER", "DEEP_ARCHIVE"], var.storage_class)
    error_message = "storage_class: GLACIER or DEEP_ARCHIVE."
  }
}

variable "archive_after_days" {
  description = "Days that an archive object stays in STANDARD (0.023 USD per GB and month), where it can be compacted, queried and exported without a restore. At least 45: after 35 days small objects are compacted, and last month's export is still warm."
  type        = number
  default     = 45
  nullable    = false

  validation {
    condition     = var.archive_after_days >= 45 && floor(var.archive_after_days) == var.archive_after_days
    error_message = "archive_after_days: a whole number of days, at least 45; objects are compacted when they are 35 days old, and cold ones never."
  }
}

variable "archive_size_min_bytes" {
  description = "Objects of at most so many bytes stay in STANDARD. 0: all go to Glacier, which bills 40 KB on top of each."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.archive_size_min_bytes >= 0 && floor(var.archive_size_min_bytes) == var.archive_size_min_bytes
    error_message = "archive_size_min_bytes: a whole number of bytes, 0 or more."
  }
}

variable "archive_expiry_days" {
  description = "Days after which archive objects are deleted for good: the archive's lifetime, never the live table's (that is retention_days). Null: kept for ever."
  type        = number
  default     = null

  validation {
    condition = var.archive_expiry_days == null || try(
      floor(var.archive_expiry_days) == var.archive_expiry_days &&
      var.archive_expiry_days >= var.archive_after_days + (var.storage_class == "DEEP_ARCHIVE" ? 180 : 90),
      false,
    )
    error_message = "archive_expiry_days: null, or a whole number of days of at least archive_after_days + 90 (GLACIER) or + 180 (DEEP_ARCHIVE), which are billed in any case."
  }
}

variable "transform_reserved_concurrency" {
  description = "1 keeps a second transform from starting; it is taken from the account's own concurrency, of which a new account has only 10. Null: none is reserved; the ledger alone keeps two runs apart, and does."
  type        = number
  default     = null

  validation {
    condition     = var.transform_reserved_concurrency == null || try(contains([1, 2], var.transform_reserved_concurrency), false)
    error_message = "transform_reserved_concurrency: null, 1 or 2; 0 would stop the archive."
  }
}

# ------------------------------------------------------------------------------
# Reading and watching
# ------------------------------------------------------------------------------

variable "athena_scan_max_gib" {
  description = "GiB that one query may scan before Athena stops it. Athena bills 5 USD per TB scanned."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.athena_scan_max_gib >= 1
    error_message = "athena_scan_max_gib: at least 1."
  }
}

variable "log_retention_days" {
  description = "Days that logs of functions and deliveries are kept, at 0.03 USD per GB and month."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days: one that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "alarm_emails" {
  description = "Addresses that are told when an alarm rings. Each has to confirm the mail that AWS sends it."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "alarm_emails: mail addresses, such as oncall@example.com."
  }
}
