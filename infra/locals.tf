# The names of everything, and the numbers that more than one file needs.
#
# Rule 1: a name is put together here and nowhere else; the rest of the module
# refers to it, so that no plan depends on the order in which things are made.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  # The attribute's own name differs between versions 5 and 6; its id does not.
  region = data.aws_region.current.id

  makes_table  = var.existing_table == null
  makes_ingest = coalesce(var.ingest_enabled, local.makes_table)

  names = {
    queue           = "${var.name}-messages"
    dead_letters    = "${var.name}-dead-letters"
    table           = local.makes_table ? "${var.name}-items" : var.existing_table.name
    ingest          = "${var.name}-ingest"
    router          = "${var.name}-router"
    transform       = "${var.name}-transform"
    schedule        = "${var.name}-transform"
    delivery_stream = "${var.name}-expiries"
    database        = replace(var.name, "-", "_")
    workgroup       = var.name
    topic           = "${var.name}-alarms"
    parameter       = "/firn/${var.name}"
    verified        = "/firn/${var.name}/verified"
  }

  # Bucket names are one space for all of AWS.
  buckets = {
    landing        = "${var.name}-landing-${local.account}-${local.region}"
    archive        = "${var.name}-archive-${local.account}-${local.region}"
    failures       = "${var.name}-failures-${local.account}-${local.region}"
    athena_results = "${var.name}-athena-results-${local.account}-${local.region}"
    artifacts      = "${var.name}-artifacts-${local.account}-${local.region}"
  }

  bucket_arns = { for key, name in local.buckets : key => "arn:${local.partition}:s3:::${name}" }

  # By name and not by reference, here and in the files of the functions: so a
  # plan shows what a policy allows before anything is made.
  log_group_arns = {
    for function in ["ingest", "router", "transform"] :
    function => "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/lambda/${local.names[function]}"
  }

  # What the ARNs of functions, and of the catalogue, begin with.
  lambda_arn = "arn:${local.partition}:lambda:${local.region}:${local.account}"
  glue_arn   = "arn:${local.partition}:glue:${local.region}:${local.account}"

  packages = coalesce(var.packages_dir, "${path.module}/../build/arm64")

  # Small objects are compacted before they become immovable; the transform and
  # the lifecycle must agree on both days (archive_after_days is a variable).
  compact_after_days = 35
}
