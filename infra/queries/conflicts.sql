-- Identities that came with more than one image. That never happens by itself:
-- both are kept, and somebody should find out why.
-- The range of dates decides what is read and billed. ${date_is}
SELECT device_id, created_at, sequence_number, count(*) AS images
FROM "${database}"."items_distinct"
WHERE "date" BETWEEN '2026-01-01' AND '2026-01-31'
GROUP BY device, "date", device_id, created_at, sequence_number
HAVING count(*) > 1
ORDER BY device_id, created_at, sequence_number;
