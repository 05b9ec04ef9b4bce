# Everything with its defaults: queue, ingest, table, archive.
#
# Run `make build` in the repository first, then `terraform init` and
# `terraform apply` here. README.md beside this file says what comes next.

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
  #   region       = "us-east-1"
  #   use_lockfile = true
  # }
}

# The region is that of your AWS_REGION or profile.
provider "aws" {}

module "firn" {
  source = "../.."

  name = "firn"
}

output "firn" {
  description = "Queue, table, buckets, functions and the rest; infra/README.md says what to type with each."
  value       = module.firn
}

# What docs/DEPLOYING.md types.
output "queue_url" {
  description = "Where messages go."
  value       = module.firn.queue_url
}

output "policy_arns" {
  description = "The policies to attach to people: analyst, auditor, operator."
  value       = module.firn.policy_arns
}
