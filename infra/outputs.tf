# What the next person types.

locals {
  # How every command of firn finds this deployment.
  deployment_options = "--deployment ${var.name} --region ${local.region}"
}

output "queue_url" {
  description = "Where messages go: aws sqs send-message --queue-url URL --message-body file://message.json. Null without ingest."
  value       = one(aws_sqs_queue.messages[*].url)
}

output "dead_letter_queue_url" {
  description = "Messages that no item can be made of: aws sqs receive-message --queue-url URL. Null without ingest."
  value       = one(aws_sqs_queue.dead_letters[*].url)
}

output "table_name" {
  description = "The live table: aws dynamodb scan --table-name NAME --max-items 3."
  value       = local.names.table
}

output "stream_arn" {
  description = "The stream that the router reads; with table_name what another deployment calls existing_table."
  value       = local.stream_arn
}

output "delivery_stream_name" {
  description = "Firehose between router and landing bucket: aws firehose describe-delivery-stream --delivery-stream-name NAME."
  value       = aws_kinesis_firehose_delivery_stream.expiries.name
}

output "buckets" {
  description = "landing, archive, failures, athena_results and artifacts: aws s3 ls s3://NAME/ --recursive. What is to be archived is in landing, what is archived under items/ in archive."
  value       = { for key, bucket in aws_s3_bucket.this : key => bucket.id }
}

output "function_names" {
  description = "router, transform and, where there is one, ingest: aws logs tail /aws/lambda/NAME --follow; aws lambda invoke --function-name TRANSFORM out.json closes a batch that is due without waiting for the hour."
  value = merge(
    {
      router    = aws_lambda_function.router.function_name
      transform = aws_lambda_function.transform.function_name
    },
    { for function in aws_lambda_function.ingest : "ingest" => function.function_name },
  )
}

output "glue_database" {
  description = "The database to choose in Athena: SELECT * FROM DATABASE.items WHERE device = '...' AND date = '...'."
  value       = aws_glue_catalog_database.this.name
}

output "athena_workgroup" {
  description = "The workgroup to choose in Athena; it has the scan limit and knows where results go: aws athena start-query-execution --work-group NAME."
  value       = aws_athena_workgroup.this.name
}

output "deployment_parameter" {
  description = "Where all of this is found by the deployment's name, as firn and docs/RUNBOOK.md do: aws ssm get-parameter --name NAME --query Parameter.Value --output text."
  value       = aws_ssm_parameter.deployment.name
}

output "commands" {
  description = "The deployment at a glance, for an operator; a device made readable and then read, for an analyst; the archive compared with its ledger, for an auditor. Put your device and dates in."
  value = {
    status  = "firn status ${local.deployment_options}"
    restore = "firn restore ${local.deployment_options} --device ID --from 2026-01-01 --to 2026-01-31"
    query   = "firn query ${local.deployment_options} --device ID --from 2026-01-01 --to 2026-01-31"
    verify  = "firn verify ${local.deployment_options}"
  }
}

output "policy_arns" {
  description = "analyst restores and queries, auditor verifies and queries, operator looks at the status and repairs: aws iam attach-role-policy --role-name YOURS --policy-arn ARN."
  value = {
    analyst  = aws_iam_policy.analyst.arn
    auditor  = aws_iam_policy.auditor.arn
    operator = aws_iam_policy.operator.arn
  }
}

output "alarm_topic_arn" {
  description = "Where alarms are told: aws sns subscribe --topic-arn ARN --protocol email --notification-endpoint YOU, or https for a pager."
  value       = aws_sns_topic.alarms.arn
}

output "dashboard_name" {
  description = "The pipeline at a glance: CloudWatch, Dashboards, this name."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}
