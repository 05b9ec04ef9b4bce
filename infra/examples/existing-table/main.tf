# The archive for a table that stands already. Nothing of the table is changed;
# the plan is refused where its stream shows no old images, where it has no time
# to live, or where keys and attributes are not the ones named here.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

# The table's own region: a stream is read where it is.
provider "aws" {}

variable "table_name" {
  description = "The table whose expired items are to be archived."
  type        = string
}

variable "stream_arn" {
  description = "Its stream: aws dynamodb describe-table --table-name NAME --query Table.LatestStreamArn --output text."
  type        = string
}

module "firn" {
  source = "../.."

  name = "firn-readings"

  existing_table = {
    name       = var.table_name
    stream_arn = var.stream_arn
  }

  # What the table calls an item's device, creation time and time to live. Leave
  # it out where they are deviceID, createdAt (ms) and expiredAt.
  source_attributes = {
    device_attribute     = "station"
    created_at_attribute = "takenAt"
    created_at_unit      = "s"
    ttl_attribute        = "expires"
  }

  columns = [
    { name = "temperature", type = "decimal(5,2)" },
  ]
}

output "firn" {
  description = "Buckets, functions, database and the rest; infra/README.md says what to type with each."
  value       = module.firn
}
