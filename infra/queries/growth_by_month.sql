-- What the archive holds of each month in which items were deleted.
-- Reads the file lists of all entries: they are small and never in Glacier.
SELECT
  date_trunc('month', last_deleted_at) AS deleted_in,
  count(DISTINCT device) AS devices,
  count(*) AS files,
  sum("rows") AS items,
  sum(bytes) AS bytes,
  CAST(sum(bytes) AS double) / sum("rows") AS bytes_per_item
FROM (
  SELECT device, key, "rows", bytes, last_deleted_at
  FROM "${database}"."archive_files"
  GROUP BY device, key, "rows", bytes, last_deleted_at
  HAVING count_if(action = 'add') > count_if(action = 'remove')
)
GROUP BY 1
ORDER BY 1;
