-- How much of the archive can be read now, and how much has to be restored. By
-- the time of the last delete in a file: compaction begins an object's age anew,
-- so between the two lines only a listing of the bucket knows.
-- Reads the file lists of all entries: they are small and never in Glacier.
SELECT
  CASE
    WHEN last_deleted_at >= current_timestamp - INTERVAL '${archive_after_days}' DAY THEN '1: readable'
    WHEN last_deleted_at >= current_timestamp - INTERVAL '${certain_after_days}' DAY THEN '2: perhaps in Glacier'
    ELSE '3: in Glacier'
  END AS age,
  count(*) AS files,
  sum("rows") AS items,
  sum(bytes) AS bytes
FROM (
  SELECT key, "rows", bytes, last_deleted_at
  FROM "${database}"."archive_files"
  GROUP BY key, "rows", bytes, last_deleted_at
  HAVING count_if(action = 'add') > count_if(action = 'remove')
)
GROUP BY 1
ORDER BY 1;
