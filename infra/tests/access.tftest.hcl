# Who may do what, in the variants that no end-to-end run has: a key of the
# user's, a table that stands already, IoT Core.
#
# Rule 1: the documents are a mock's here, so what is looked at are the
# statements that they are made of. tests/infra/access judges whole documents.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages_dir = "./tests/packages"
}

run "nobody_but_the_transform_writes_to_the_archive" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for statement in concat(
        data.aws_iam_policy_document.find.statement,
        data.aws_iam_policy_document.query.statement,
        data.aws_iam_policy_document.decrypt.statement,
        data.aws_iam_policy_document.analyst.statement,
        data.aws_iam_policy_document.auditor.statement,
        data.aws_iam_policy_document.operator.statement,
        data.aws_iam_policy_document.ingest[0].statement,
        data.aws_iam_policy_document.router.statement,
        data.aws_iam_policy_document.delivery.statement,
        data.aws_iam_policy_document.schedule.statement,
        ) : [
        for resource in statement.resources :
        length(setintersection(statement.actions, ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"])) == 0
        if startswith(resource, local.bucket_arns["archive"])
      ]
    ]))
    error_message = "A change of the archive that no entry explains would be somebody's to make."
  }
}

run "an_entry_is_written_once_and_a_delete_names_its_bytes" {
  command = plan

  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.transform.statement :
      contains([for condition in statement.condition : condition.variable if condition.test == "Null"], "s3:if-match")
      if contains(statement.actions, "s3:DeleteObject")
    ])
    error_message = "A delete by key alone could hide what came since."
  }

  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.transform.statement :
      contains([for condition in statement.condition : condition.variable if condition.test == "Null"], "s3:if-none-match")
      if contains(statement.actions, "s3:PutObject") && contains(statement.resources, "${local.bucket_arns["archive"]}/ledger/entries/*")
    ])
    error_message = "An entry could be written over, and the chain with it."
  }
}

run "without_a_key_nobody_is_allowed_any" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for document in [
        data.aws_iam_policy_document.query,
        data.aws_iam_policy_document.decrypt,
        data.aws_iam_policy_document.operator,
        data.aws_iam_policy_document.ingest[0],
        data.aws_iam_policy_document.router,
        data.aws_iam_policy_document.transform,
        data.aws_iam_policy_document.delivery,
      ] : [for statement in document.statement : [for action in statement.actions : !startswith(action, "kms:")]]
    ]))
    error_message = "Keys of the account that have nothing to do with Firn would open for it."
  }
}

run "a_key_opens_only_through_the_service_that_holds_what_it_hides" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/0a0a0a0a-1111-2222-3333-444444444444"
  }

  assert {
    condition = alltrue(flatten([
      for document in [
        data.aws_iam_policy_document.query,
        data.aws_iam_policy_document.decrypt,
        data.aws_iam_policy_document.operator,
        data.aws_iam_policy_document.ingest[0],
        data.aws_iam_policy_document.router,
        data.aws_iam_policy_document.transform,
        data.aws_iam_policy_document.delivery,
        ] : [
        for statement in document.statement :
        toset(statement.resources) == toset([var.kms_key_arn]) &&
        contains([for condition in statement.condition : condition.variable], "kms:ViaService")
        if length([for action in statement.actions : action if startswith(action, "kms:")]) > 0
      ]
    ]))
    error_message = "Whoever holds the policy could decrypt anything under the key by calling KMS."
  }

  # Reading from and writing to a bucket under a key of the user's needs both.
  assert {
    condition = alltrue([
      for document in [data.aws_iam_policy_document.transform, data.aws_iam_policy_document.delivery] :
      anytrue([for statement in document.statement : toset(statement.actions) == toset(["kms:Decrypt", "kms:GenerateDataKey"])])
    ])
    error_message = "The archive would stand still at the first object."
  }

  assert {
    condition     = length(data.aws_iam_policy_document.decrypt.statement) == 1
    error_message = "Nobody could read the archive, nor see a checksum."
  }
}

run "of_a_table_that_stands_already_only_stream_and_time_to_live_are_read" {
  command = plan

  variables {
    existing_table = {
      name       = "readings"
      stream_arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings/stream/2026-01-01T00:00:00.000"
    }
  }

  assert {
    condition     = length(aws_iam_role.ingest) == 0 && length(aws_iam_role_policy.ingest) == 0
    error_message = "A role that can write to a table of the user's would stand about."
  }

  assert {
    condition = toset(flatten([
      for document in [
        data.aws_iam_policy_document.router,
        data.aws_iam_policy_document.transform,
        data.aws_iam_policy_document.operator,
        ] : [
        for statement in document.statement : [for action in statement.actions : action if startswith(action, "dynamodb:")]
      ]
      ])) == toset([
      "dynamodb:DescribeStream",
      "dynamodb:DescribeTable",
      "dynamodb:DescribeTimeToLive",
      "dynamodb:GetRecords",
      "dynamodb:GetShardIterator",
      "dynamodb:ListStreams",
    ])
    error_message = "Nothing of that table is Firn's to read item by item, or to change."
  }

  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.operator.statement :
      length([for action in statement.actions : action if startswith(action, "sqs:")]) == 0
    ])
    error_message = "There is no queue, and so none to redrive."
  }
}

run "only_the_users_own_rule_may_send" {
  command = plan

  variables {
    iot = { role_arn = "arn:aws:iam::123456789012:role/iot-rule" }
  }

  assert {
    condition = flatten([
      for statement in data.aws_iam_policy_document.messages[0].statement : [
        for principal in statement.principals : principal.identifiers
      ]
    ]) == ["arn:aws:iam::123456789012:role/iot-rule"]
    error_message = "Somebody else could send items into the archive."
  }
}

run "without_iot_nobody_is_let_in" {
  command = plan

  assert {
    condition     = length(data.aws_iam_policy_document.messages[0].statement) == 0 && length(aws_iam_role.iot) == 0
    error_message = "Somebody could send items into the archive."
  }
}

run "a_service_acts_only_for_this_account" {
  command = plan

  variables {
    iot = { topic = "+/SENSOR/DAT" }
  }

  assert {
    condition = alltrue(flatten([
      for document in [
        data.aws_iam_policy_document.lambda_trust,
        data.aws_iam_policy_document.delivery_trust,
        data.aws_iam_policy_document.schedule_trust,
        data.aws_iam_policy_document.iot_trust[0],
        data.aws_iam_policy_document.alarms,
        ] : [
        for statement in document.statement : anytrue([
          for condition in statement.condition :
          condition.variable == "aws:SourceAccount" && toset(condition.values) == toset(["123456789012"])
        ])
      ]
    ]))
    error_message = "Another account could set the service to work on what is this one's (the confused deputy)."
  }
}
