-- The hundred items that waited longest between being due and being deleted.
-- Conditions as in late_deletions: the range of days of creation decides what is
-- read and billed. ${date_is}
SELECT
  device_id,
  created_at,
  expired_at,
  deleted_at,
  round(CAST(late_milliseconds AS double) / 3600000, 2) AS late_hours
FROM (
  SELECT
    device_id,
    created_at,
    sequence_number,
    expired_at,
    deleted_at,
    date_diff('millisecond', expired_at, deleted_at) AS late_milliseconds
  FROM "${database}"."items_distinct"
  WHERE "date" BETWEEN '2026-01-01' AND '2026-01-31'
    AND sequence_number NOT LIKE 'import:%'
)
WHERE late_milliseconds IS NOT NULL
ORDER BY late_milliseconds DESC, device_id, created_at, sequence_number
LIMIT 100;
