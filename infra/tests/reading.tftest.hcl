# What people find when they come to read: the queries, and what was verified.
#
# Rule 1: documents are a mock's here, so what is looked at are the statements that
# they are made of. tests/infra/access judges whole documents.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages_dir = "./tests/packages"
}

run "nobody_has_verified_a_new_archive" {
  command = plan

  variables {
    name = "roof"
  }

  assert {
    condition     = aws_ssm_parameter.verified.name == "/firn/roof/verified"
    error_message = "firn verify looks under the deployment's own parameter."
  }

  # ops/verified.py reads this as never.
  assert {
    condition     = jsondecode(aws_ssm_parameter.verified.value) == { format = 1 } && aws_ssm_parameter.verified.type == "String"
    error_message = "The first verify would take it for damaged, or compare with an archive that never was."
  }
}

run "only_an_auditor_says_what_was_verified" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for document in [
        data.aws_iam_policy_document.find,
        data.aws_iam_policy_document.query,
        data.aws_iam_policy_document.decrypt,
        data.aws_iam_policy_document.analyst,
        data.aws_iam_policy_document.operator,
        data.aws_iam_policy_document.ingest[0],
        data.aws_iam_policy_document.router,
        data.aws_iam_policy_document.transform,
        data.aws_iam_policy_document.delivery,
        data.aws_iam_policy_document.schedule,
      ] : [for statement in document.statement : !contains(statement.actions, "ssm:PutParameter")]
    ]))
    error_message = "Who can change the ledger, or repair things, could also change what it is compared with."
  }

  assert {
    condition = flatten([
      for statement in data.aws_iam_policy_document.auditor.statement : statement.resources
      if contains(statement.actions, "ssm:PutParameter")
    ]) == ["arn:aws:ssm:eu-west-1:123456789012:parameter/firn/firn/verified"]
    error_message = "A verify could not be recorded, or an auditor could send every command to other buckets."
  }

  assert {
    condition = alltrue([
      for document in [
        data.aws_iam_policy_document.analyst,
        data.aws_iam_policy_document.auditor,
        data.aws_iam_policy_document.operator,
      ] :
      contains(flatten([
        for statement in document.statement : statement.resources
        if contains(statement.actions, "ssm:GetParameter")
      ]), "arn:aws:ssm:eu-west-1:123456789012:parameter/firn/firn/verified")
    ])
    error_message = "A verify, a query and a restore would have nothing to compare with, and a status could not say when there was one."
  }
}

run "every_query_says_what_it_answers_and_what_it_reads" {
  command = plan

  assert {
    condition = alltrue([
      for query in aws_athena_named_query.this :
      startswith(query.query, "-- ") && length(regexall("billed|file lists of all", query.query)) > 0
    ])
    error_message = "Somebody would read, and pay for, the whole archive without knowing it."
  }

  assert {
    condition = alltrue([
      for name, query in aws_athena_named_query.this :
      length(regexall("\"date\" (=|BETWEEN) '", query.query)) > 0
      if !contains(["files_by_age", "growth_by_month"], name)
    ])
    error_message = "The query would read every file of the archive as it comes."
  }

  assert {
    condition     = strcontains(aws_athena_named_query.this["gaps"].query, "Here date is a day.")
    error_message = "Nobody would know what to compare date with."
  }
}

run "an_archive_of_months_says_so" {
  command = plan

  variables {
    granularity = "month"
  }

  assert {
    condition     = strcontains(aws_athena_named_query.this["gaps"].query, "Here date is the first day of a month.")
    error_message = "A condition on a day in the middle of a month would find nothing."
  }
}
