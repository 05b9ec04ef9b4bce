-- How many items each device has on each day (of the archive's time zone).
-- The range of dates decides what is read and billed; a condition on device beside
-- it, AND device = 'device-1', reads that device alone. ${date_is}
SELECT
  device_id,
  "day",
  count(*) AS items,
  min(created_at) AS first_created_at,
  max(created_at) AS last_created_at
FROM "${database}"."items_distinct"
WHERE "date" BETWEEN '2026-01-01' AND '2026-01-31'
GROUP BY device_id, "day"
ORDER BY device_id, "day";
