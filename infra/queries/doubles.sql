-- Which partitions hold an item more than once, and how many rows too many: the
-- stream delivers at least once, and what came in two batches lies in two files
-- until they are compacted. The views items_distinct and items_latest show it once.
-- The range of dates, the same in both places, decides what is read and billed, and
-- all of it is read twice. ${date_is}
SELECT
  device,
  "date",
  sum(in_files) AS "rows",
  sum(in_files) - sum(in_view) AS doubles
FROM (
  SELECT device, "date", 1 AS in_files, 0 AS in_view
  FROM "${database}"."items"
  WHERE "date" BETWEEN '2026-01-01' AND '2026-01-31'
  UNION ALL
  SELECT device, "date", 0 AS in_files, 1 AS in_view
  FROM "${database}"."items_distinct"
  WHERE "date" BETWEEN '2026-01-01' AND '2026-01-31'
)
GROUP BY device, "date"
HAVING sum(in_files) > sum(in_view)
ORDER BY doubles DESC, device, "date";
