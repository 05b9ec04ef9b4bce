-- The readings of one device on one day. Conditions on device and date decide
-- what is read and billed; put yours in place of these.
SELECT *
FROM "${database}"."items_distinct"
WHERE device = 'device-1'
  AND "date" = '2026-01-31'
ORDER BY created_at;
