# The Lambda packages, as `make build` wrote them.
#
# Rule 1: the same commit gives the same bytes, and so a plan without changes.
# Rule 2: what passes 50 MB zipped does not fit Lambda's own upload and goes by
# S3; the transform's does, with pyarrow and DuckDB in it.

locals {
  package_files = {
    for function in ["ingest", "router", "transform"] : function => "${local.packages}/${function}.zip"
  }

  # Null where there is no package: the precondition of the function then says
  # what to do, which the error of filebase64sha256 would not.
  package_hashes = {
    for function, file in local.package_files : function => try(filebase64sha256(file), null)
  }

  package_missing = "no package in ${local.packages}: run `make build` in the repository first, or name the folder that holds ingest.zip, router.zip and transform.zip in packages_dir"
}

resource "aws_s3_object" "transform" {
  bucket = aws_s3_bucket.this["artifacts"].id
  key    = "transform.zip"
  source = local.package_files.transform

  # Not the ETag, which is no MD5 under a KMS key.
  source_hash = local.package_hashes.transform

  lifecycle {
    precondition {
      condition     = fileexists(local.package_files.transform)
      error_message = local.package_missing
    }
  }

  # The function names the version, and a bucket without versions has none.
  depends_on = [
    aws_s3_bucket_policy.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_versioning.this,
  ]
}
