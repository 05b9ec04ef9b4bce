# A large fleet in Japan: months instead of days, typed columns, a key of its own,
# and somebody who is told when something rings.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }

  # The state knows where everything is: keep it where your team can reach it.
  # backend "s3" {
  #   bucket       = "your-terraform-states"
  #   key          = "firn/terraform.tfstate"
  #   region       = "ap-northeast-1"
  #   use_lockfile = true
  # }
}

provider "aws" {
  region = "ap-northeast-1"

  default_tags {
    tags = {
      Application = "firn"
      Environment = "production"
    }
  }
}

variable "kms_key_arn" {
  description = "The key for everything that is stored. Its policy must let CloudWatch Logs and CloudWatch's alarms use it: docs/DEPLOYING.md."
  type        = string
}

variable "iot_role_arn" {
  description = "The role by which your IoT rule sends to the queue."
  type        = string
}

variable "alarm_emails" {
  description = "Who is told when an alarm rings. Each has to confirm a mail."
  type        = set(string)
}

module "firn" {
  source = "../.."

  name        = "weather"
  kms_key_arn = var.kms_key_arn

  app_env        = "Production"
  retention_days = 365
  iot            = { role_arn = var.iot_role_arn }

  # Days end at midnight in Japan. Fixed by the archive's first entry.
  time_zone = "Asia/Tokyo"

  # One object per device and month pays for its move to Glacier; one per day
  # does not.
  granularity         = "month"
  storage_class       = "DEEP_ARCHIVE"
  archive_after_days  = 60
  archive_expiry_days = 3650

  # 5,2: from -999.99 to 999.99. What does not fit stays exact in `rest`.
  columns = [
    { name = "temperature", type = "decimal(5,2)", attribute = "Temperature" },
    { name = "humidity", type = "decimal(5,1)", attribute = "Humidity" },
    { name = "pressure", type = "decimal(6,1)", attribute = "Pressure" },
    { name = "battery", type = "decimal(4,2)", attribute = "Battery" },
    { name = "firmware", type = "string", attribute = "Firmware" },
  ]

  # Only where the account has concurrency to spare: it needs 101 or more.
  transform_reserved_concurrency = 1

  athena_scan_max_gib = 500
  log_retention_days  = 365
  alarm_emails        = var.alarm_emails
}

output "firn" {
  description = "Queue, table, buckets, functions and the rest; infra/README.md says what to type with each."
  value       = module.firn
}
