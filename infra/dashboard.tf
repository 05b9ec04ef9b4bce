# The pipeline at a glance: what rings, whether all arrives, and then a column for
# each place of an item's life (dashboard_columns.tf).
#
# Rule 1: CloudWatch refuses what it does not know; tests/infra/watch compares each
# widget with "Dashboard Body Structure and Syntax".

locals {
  grid_columns = 24

  title_height  = 3
  alarms_height = 4
  sums_height   = 6
  head_height   = 3
  graph_height  = 6

  # What all graphs have; a widget without a region is refused.
  graph = {
    region  = local.region
    view    = "timeSeries"
    stacked = false
    period  = 300
    stat    = "Sum"
  }

  # A metric of a hop: CloudWatch wants name and value of each dimension in a row.
  firn_dimensions = {
    for hop, dimensions in local.firn :
    hop => ["service", dimensions.service, "function_name", dimensions.function_name]
  }

  title_widgets = [
    {
      type   = "text"
      x      = 0
      y      = 0
      width  = local.grid_columns
      height = local.title_height
      properties = {
        markdown = "# Firn: ${var.name}\nAn item's life from left to right. The first column that looks wrong is where to look; `docs/RUNBOOK.md` has a section for each alarm, under its name."
      }
    },
    {
      type   = "alarm"
      x      = 0
      y      = local.title_height
      width  = local.grid_columns
      height = local.alarms_height
      properties = {
        title  = "What rings"
        alarms = [for name in local.alarm_names : "${local.alarm_arn_prefix}${name}"]
      }
    },
    {
      type   = "metric"
      x      = 0
      y      = local.title_height + local.alarms_height
      width  = local.grid_columns
      height = local.sums_height
      # Each number reaches the one before it within batch_hours and two hours. A
      # delivery that came twice makes 2 to 4 greater; 5 is without doubles.
      properties = merge(local.graph, {
        title  = "Whether all arrives, day by day"
        view   = "bar"
        period = 86400
        metrics = [
          ["AWS/DynamoDB", "TimeToLiveDeletedItemCount", "TableName", local.names.table, { label = "1 expired in the table" }],
          concat(["Firn", "RecordsExpired"], local.firn_dimensions.router, [{ label = "2 came to the router" }]),
          concat(["Firn", "LinesDelivered"], local.firn_dimensions.router, [{ label = "3 delivered to Firehose" }]),
          concat(["Firn", "LinesConverted"], local.firn_dimensions.transform, [{ label = "4 converted" }]),
          concat(["Firn", "RowsArchived"], local.firn_dimensions.transform, [{ label = "5 rows in the archive" }]),
        ]
      })
    },
  ]

  columns_y    = local.title_height + local.alarms_height + local.sums_height
  column_width = floor(local.grid_columns / length(local.columns))
  column_widgets = flatten([
    for position, column in local.columns : concat(
      [{
        type       = "text"
        x          = position * local.column_width
        y          = local.columns_y
        width      = local.column_width
        height     = local.head_height
        properties = { markdown = column.says }
      }],
      [
        for row, graph in column.graphs : {
          type       = "metric"
          x          = position * local.column_width
          y          = local.columns_y + local.head_height + row * local.graph_height
          width      = local.column_width
          height     = local.graph_height
          properties = graph
        }
      ],
    )
  ])
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    start   = "-P7D"
    widgets = concat(local.title_widgets, local.column_widgets)
  })
}
