-- How many items each device has on each day (of the archive's time zone).
SELECT device_id, "day", count(*) AS items, min(created_at) AS first, max(created_at) AS last
FROM "${database}"."items_distinct"
WHERE "date" BETWEEN '2026-01-01' AND '2026-01-31'
GROUP BY device_id, "day"
ORDER BY device_id, "day";
