# The views that people query: items, items_distinct, items_latest.
#
# Rule 1: a view shows what the archive holds, whatever the contract was under
# which a file was written: an attribute that has a column today is found in the
# column of newer files and in `rest` of older ones.
# Rule 2: an attribute's name is data. It enters SQL as a literal only.
# A name within a view that holds a blank cannot be a declared column's.
# Rule 3: what a view shows from `rest` is what the column would hold
# (transforms/numbers.py): the nearest value, halves to the even neighbour,
# nothing where the type is another.
#
# docs/FORMAT.md says what each view shows.

locals {
  # What reads as a number. A cast alone would take NaN and Infinity too.
  number_pattern = "^(?=.{1,256}$)[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?$"

  # `rest`, unless it holds an attribute name that the engine's JSON parser would
  # end the whole query for: it takes 50,000 bytes, DynamoDB 65,535, and the
  # longest character has four. One item must not hide all others. The pattern
  # never goes back, so that no text makes it slow: what is no text; a text that
  # is no name; a name.
  view_readable = "if(length(rest) <= 12500 OR regexp_like(rest, '^(?>[^\"]++|\"(?>[^\"\\\\]++|\\\\.)*+\"(?!:)|\"(?>[^\"\\\\]|\\\\.){0,12500}+\":)*+$'), rest)"

  # Each declared column with its attribute as an SQL literal and as the path of
  # its value in `rest`, {"attribute":{"N":"55"}}.
  view_declared = [
    for column in local.columns_declared : merge(column, {
      attribute_sql = "'${replace(column.attribute, "'", "''")}'"
      kind          = regex("^[a-z]+", column.type)
      scale         = try(tonumber(regex(",([0-9]+)\\)$", column.type)[0]), 0)
      path_sql = format(
        "'$[\"%s\"][\"%s\"]'",
        replace(replace(replace(column.attribute, "\\", "\\\\"), "\"", "\\\""), "'", "''"),
        lookup({ string = "S", boolean = "BOOL" }, column.type, "N"),
      )
    })
  ]

  # Trino rounds halves away from zero. Cutting the half off behind an even digit
  # rounds to the even neighbour, as the transform does. (Not where an exponent
  # hides the half; DynamoDB writes one only where no column could hold a half.)
  view_even = {
    for column in local.view_declared : column.name => (
      column.scale == 0 ? "([02468])\\.50*$" : "(\\.[0-9]{${column.scale - 1}}[02468])50*$"
    )
  }

  view_number = {
    for column in local.view_declared : column.name =>
    "regexp_extract(json_extract_scalar(\"readable rest\", ${column.path_sql}), '${local.number_pattern}')"
  }

  view_from_rest = {
    for column in local.view_declared : column.name => {
      string  = "json_extract_scalar(\"readable rest\", ${column.path_sql})"
      boolean = "try_cast(json_extract_scalar(\"readable rest\", ${column.path_sql}) AS boolean)"
      double  = "nullif(nullif(try_cast(${local.view_number[column.name]} AS double), infinity()), -infinity())"
      bigint  = "try_cast(try_cast(regexp_replace(${local.view_number[column.name]}, '${local.view_even[column.name]}', '$1') AS decimal(38,0)) AS bigint)"
      decimal = "try_cast(regexp_replace(${local.view_number[column.name]}, '${local.view_even[column.name]}', '$1') AS ${column.type})"
    }[column.kind]
  }

  # A column's value as DynamoDB JSON, spelled as `rest` would spell it
  # (archive/row.py).
  view_json = {
    for column in local.view_declared : column.name => {
      string  = "CAST(MAP(ARRAY['S'], ARRAY[\"${column.name}\"]) AS json)"
      boolean = "CAST(MAP(ARRAY['BOOL'], ARRAY[\"${column.name}\"]) AS json)"
      bigint  = "CAST(MAP(ARRAY['N'], ARRAY[CAST(\"${column.name}\" AS varchar)]) AS json)"
      # 130 zeros and 17 digits: DynamoDB has no number that needs more.
      double = "CAST(MAP(ARRAY['N'], ARRAY[regexp_replace(format('%.150f', \"${column.name}\"), '\\.?0+$', '')]) AS json)"
      decimal = (
        column.scale == 0
        ? "CAST(MAP(ARRAY['N'], ARRAY[CAST(\"${column.name}\" AS varchar)]) AS json)"
        : "CAST(MAP(ARRAY['N'], ARRAY[regexp_replace(CAST(\"${column.name}\" AS varchar), '\\.?0+$', '')]) AS json)"
      )
    }[column.kind]
  }

  view_columns = concat(
    local.columns_before,
    [for column in local.columns_declared : { name = column.name, type = column.type }],
    local.columns_after,
    local.partition_keys,
    [{ name = "day", type = "date" }],
  )

  view_values = {
    database  = local.names.database
    readable  = local.view_readable
    time_zone = local.view_time_zone_sql
    columns   = local.view_columns
    declared  = local.view_declared
    from_rest = local.view_from_rest
    json      = local.view_json
    # The creation time as the table spelled it, where created_at does not say
    # it all: two items of one millisecond are two items.
    created_at_path = format("'$[\"%s\"]'",
      replace(replace(replace(var.source_attributes.created_at_attribute, "\\", "\\\\"), "\"", "\\\""), "'", "''"),
    )
  }
  view_time_zone_sql = "'${var.time_zone}'"

  # A view as Athena writes it into Glue: JSON in Base64 in a comment, with the
  # types as Trino spells them. Athena checks names, order and types of the
  # columns against the query, and refuses a view in which they differ.
  view_original_text = {
    for name in ["items", "items_distinct", "items_latest"] :
    name => format("/* Presto View: %s */", base64encode(jsonencode({
      originalSql = templatefile("${path.module}/views/${name}.sql.tftpl", local.view_values)
      catalog     = "awsdatacatalog"
      schema      = local.names.database
      columns = [
        for column in local.view_columns : {
          name = column.name
          type = lookup({ string = "varchar", timestamp = "timestamp(3)" }, column.type, column.type)
        }
      ]
      # Rights are those of whoever asks, never those of whoever ran Terraform.
      runAsInvoker = true
    })))
  }
  view_parameters = { presto_view = "true", comment = "Presto View" }
}

# None of them has a description: it takes the place of the parameter `comment`,
# by which Trino knows a view of its own, and the view would not be found.

# Every row of the archive, and the day of its creation; doubles are in it.
resource "aws_glue_catalog_table" "items" {
  database_name      = aws_glue_catalog_database.this.name
  name               = "items"
  table_type         = "VIRTUAL_VIEW"
  parameters         = local.view_parameters
  view_original_text = local.view_original_text["items"]
  view_expanded_text = "/* Presto View */"

  storage_descriptor {
    # Not used, but engines do not read a table that has none, and Terraform
    # does not send an empty one, as Athena does.
    ser_de_info {
      name                  = "-"
      serialization_library = "-"
    }

    dynamic "columns" {
      for_each = local.view_columns
      content {
        name = columns.value.name
        type = columns.value.type
      }
    }
  }

  # A new column is in the table before a view asks for it.
  depends_on = [aws_glue_catalog_table.archive]
}

# items_distinct has every archived item once: what the stream delivered twice is
# one row. items_latest has one row per key of the source table: the item as it was
# deleted last.
resource "aws_glue_catalog_table" "over_items" {
  for_each = toset(["items_distinct", "items_latest"])

  database_name      = aws_glue_catalog_database.this.name
  name               = each.key
  table_type         = "VIRTUAL_VIEW"
  parameters         = local.view_parameters
  view_original_text = local.view_original_text[each.key]
  view_expanded_text = "/* Presto View */"

  storage_descriptor {
    ser_de_info {
      name                  = "-"
      serialization_library = "-"
    }

    dynamic "columns" {
      for_each = local.view_columns
      content {
        name = columns.value.name
        type = columns.value.type
      }
    }
  }

  # A new column is in `items` before these ask for it.
  depends_on = [aws_glue_catalog_table.items]
}
