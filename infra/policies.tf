# What people may do: an analyst, an auditor, an operator (operator.tf).
#
# Rule 1: three policies, attached to nobody; output policy_arns names them.
# Rule 2: none of them can write to or delete from the archive. Only the
# transform can, so that the ledger explains every change.
# Rule 3: they name things by name and not by reference, so that a plan shows
# every document in full before anything is made.

locals {
  archive_arn = local.bucket_arns["archive"]

  # An action on a table asks for the catalogue, the database and the table.
  catalog_arns = [
    "${local.glue_arn}:catalog",
    "${local.glue_arn}:database/${local.names.database}",
    "${local.glue_arn}:table/${local.names.database}/*",
  ]

  parameter_arn = "arn:${local.partition}:ssm:${local.region}:${local.account}:parameter${local.names.parameter}"
  verified_arn  = "arn:${local.partition}:ssm:${local.region}:${local.account}:parameter${local.names.verified}"
  workgroup_arn = "arn:${local.partition}:athena:${local.region}:${local.account}:workgroup/${local.names.workgroup}"
}

# ------------------------------------------------------------------------------
# What more than one of them may do
# ------------------------------------------------------------------------------

data "aws_iam_policy_document" "find" {
  # Everything else is found through this one parameter.
  statement {
    sid       = "FindTheDeployment"
    actions   = ["ssm:GetParameter"]
    resources = [local.parameter_arn]
  }
}

data "aws_iam_policy_document" "query" {
  # Only in this workgroup: it enforces the place of the results and the limit
  # of bytes that one query may scan.
  statement {
    sid = "QueryInTheWorkgroup"
    actions = [
      "athena:GetQueryExecution",
      "athena:GetQueryResults",
      "athena:GetWorkGroup",
      "athena:StartQueryExecution",
      "athena:StopQueryExecution",
    ]
    resources = [local.workgroup_arn]
  }

  # The sample SQL that the module ships.
  statement {
    sid       = "ReadTheNamedQueries"
    actions   = ["athena:BatchGetNamedQuery", "athena:GetNamedQuery", "athena:ListNamedQueries"]
    resources = [local.workgroup_arn]
  }

  # Asked for where a query names its catalogue, as firn's does (Step Functions: "IAM
  # policies for calling Amazon Athena"). Names of catalogues are compared with
  # their case in policies, and without it in queries.
  statement {
    sid     = "KnowTheCatalogue"
    actions = ["athena:GetDataCatalog"]
    resources = [
      for name in ["AwsDataCatalog", "awsdatacatalog"] :
      "arn:${local.partition}:athena:${local.region}:${local.account}:datacatalog/${name}"
    ]
  }

  # Athena asks Glue in the name of whoever runs the query, for the list too where
  # something is to be shown (Athena: "Configure access to databases and tables in
  # the AWS Glue Data Catalog").
  statement {
    sid       = "ReadTheDatabase"
    actions   = ["glue:GetDatabase", "glue:GetDatabases"]
    resources = slice(local.catalog_arns, 0, 2)
  }

  statement {
    sid = "ReadTheTables"
    actions = [
      "glue:BatchGetPartition",
      "glue:GetPartition",
      "glue:GetPartitions",
      "glue:GetTable",
      "glue:GetTables",
    ]
    resources = local.catalog_arns
  }

  # ... and writes and reads the results in their name, in parts when they are
  # large (Athena: "Access to Amazon S3 from Athena").
  statement {
    sid       = "ListQueryResults"
    actions   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [local.bucket_arns["athena_results"]]
  }

  statement {
    sid = "WriteAndReadQueryResults"
    actions = [
      "s3:AbortMultipartUpload",
      "s3:GetObject",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ]
    resources = ["${local.bucket_arns["athena_results"]}/*"]
  }

  # Athena asks which region the bucket of the table lies in.
  statement {
    sid       = "LocateTheArchive"
    actions   = ["s3:GetBucketLocation"]
    resources = [local.archive_arn]
  }

  # Results are written under the same key as all else.
  dynamic "statement" {
    for_each = var.kms_key_arn[*]
    content {
      sid       = "EncryptQueryResults"
      actions   = ["kms:GenerateDataKey"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${local.region}.amazonaws.com"]
      }
    }
  }
}

data "aws_iam_policy_document" "decrypt" {
  # Through S3 only, so that the key opens nothing but objects that the same
  # person may read. HEAD asks for it too when it is to show a checksum.
  dynamic "statement" {
    for_each = var.kms_key_arn[*]
    content {
      sid       = "DecryptObjects"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${local.region}.amazonaws.com"]
      }
    }
  }
}

# ------------------------------------------------------------------------------
# Analyst: restores a device and dates, queries with Athena
# ------------------------------------------------------------------------------

data "aws_iam_policy_document" "analyst" {
  source_policy_documents = [
    data.aws_iam_policy_document.find.json,
    data.aws_iam_policy_document.query.json,
    data.aws_iam_policy_document.decrypt.json,
  ]

  # LIST shows each object's storage class and whether its restore is done, and
  # the ledger's last entry. Not quarantine/ nor open/: nobody queries those.
  statement {
    sid       = "ListItemsAndLedger"
    actions   = ["s3:ListBucket"]
    resources = [local.archive_arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["items/*", "ledger/*"]
    }
  }

  # The ledger says which files a query needs; Athena and DuckDB read them.
  statement {
    sid       = "ReadItemsAndLedger"
    actions   = ["s3:GetObject"]
    resources = ["${local.archive_arn}/items/*", "${local.archive_arn}/ledger/*"]
  }

  # A ledger whose last entries were cut off looks whole, and a query of it would be
  # short without a word. What was verified is outside of the bucket: restore and
  # query compare the ledger's end with it.
  statement {
    sid       = "CompareWithWhatWasVerified"
    actions   = ["ssm:GetParameter"]
    resources = [local.verified_arn]
  }

  # This spends money and changes nothing: the copy goes by itself.
  statement {
    sid       = "RestoreItems"
    actions   = ["s3:RestoreObject"]
    resources = ["${local.archive_arn}/items/*"]
  }
}

resource "aws_iam_policy" "analyst" {
  name        = "${var.name}-analyst"
  description = "Restores archive objects of ${var.name} and queries them. Writes nothing to the archive."
  policy      = data.aws_iam_policy_document.analyst.json
}

# ------------------------------------------------------------------------------
# Auditor: exports a month, verifies the archive, reconciles the counts
# ------------------------------------------------------------------------------

# An auditor restores nothing: last month is still warm when it is exported, and
# an older one is restored by an analyst, who spends the money.
data "aws_iam_policy_document" "auditor" {
  source_policy_documents = [
    data.aws_iam_policy_document.find.json,
    # A count by an engine that did not write the archive is evidence.
    data.aws_iam_policy_document.query.json,
    data.aws_iam_policy_document.decrypt.json,
  ]

  # Without a prefix, for two reasons. An object that nobody explains may lie
  # anywhere; and S3 says "not there" only to those who may list the bucket:
  # to others a missing object looks like a missing permission.
  statement {
    sid       = "ListTheArchive"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
    resources = [local.archive_arn]
  }

  # All of it: items and ledger to recount, quarantine to show what never became
  # a row, open/ to tell a write under way from an object that nobody explains,
  # former versions to show what was replaced.
  statement {
    sid       = "ReadTheArchive"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local.archive_arn}/*"]
  }

  # What a verify saw, for the next one to compare with. Nobody else may write it:
  # neither the transform, which writes the ledger, nor who repairs things.
  statement {
    sid       = "RecordWhatWasVerified"
    actions   = ["ssm:GetParameter", "ssm:PutParameter"]
    resources = [local.verified_arn]
  }

  # DynamoDB's own count of deletes, and the router's. CloudWatch knows no
  # permission for a single metric, so this is for all metrics of the account.
  statement {
    sid       = "ReadTheCounts"
    actions   = ["cloudwatch:GetMetricData"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "auditor" {
  name        = "${var.name}-auditor"
  description = "Reads all of the archive of ${var.name}, and the counts to compare it with. Writes nothing to it and restores nothing."
  policy      = data.aws_iam_policy_document.auditor.json
}
