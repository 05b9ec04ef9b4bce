-- The archive objects of one device in a range of dates, as the ledger has them.
-- Athena skips without a word those that are in Glacier and not restored: before
-- a query is believed, each key here must be readable.
-- Reads the file lists of all entries, whatever the conditions: they are small and
-- never in Glacier. ${date_is}
SELECT device, "date", key, "rows", bytes, first_created_at, last_created_at
FROM "${database}"."archive_files"
WHERE device = 'device-1'
  AND "date" BETWEEN '2026-01-01' AND '2026-01-31'
GROUP BY device, "date", key, "rows", bytes, first_created_at, last_created_at
HAVING count_if(action = 'add') > count_if(action = 'remove')
ORDER BY "date", key;
