-- How long after they were due items were deleted, for each day of deletion (UTC):
-- on average, at worst, and how many waited more than two days. Items that were
-- imported were not deleted by time to live, and are left out.
-- The range is of days of creation, and decides what is read and billed: what is
-- deleted today was created as long ago as your retention. ${date_is}
SELECT
  CAST(deleted_at AS date) AS deleted_on,
  count(*) AS items,
  round(CAST(sum(late_milliseconds) AS double) / count(*) / 3600000, 2) AS average_hours,
  round(CAST(max(late_milliseconds) AS double) / 3600000, 2) AS worst_hours,
  count_if(late_milliseconds > 48 * 3600000) AS after_two_days
FROM (
  SELECT deleted_at, date_diff('millisecond', expired_at, deleted_at) AS late_milliseconds
  FROM "${database}"."items_distinct"
  WHERE "date" BETWEEN '2026-01-01' AND '2026-01-31'
    AND sequence_number NOT LIKE 'import:%'
)
WHERE late_milliseconds IS NOT NULL
GROUP BY 1
ORDER BY 1;
