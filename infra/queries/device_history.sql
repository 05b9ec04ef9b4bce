-- The history of one device in a range of dates: every item once, in its order.
-- Put your device and dates in place of these: conditions on device and date
-- decide which files are read and billed. ${date_is}
SELECT *
FROM "${database}"."items_distinct"
WHERE device = 'device-1'
  AND "date" BETWEEN '2026-01-01' AND '2026-01-31'
ORDER BY created_at, length(sequence_number), sequence_number;
