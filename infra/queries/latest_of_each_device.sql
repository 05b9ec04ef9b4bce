-- The last reading of every device in a range of dates, which decides what is read
-- and billed. ${date_is}
SELECT latest.*
FROM (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY device_id
      ORDER BY created_at DESC, length(sequence_number) DESC, sequence_number DESC
    ) AS place
  FROM "${database}"."items_latest"
  WHERE "date" BETWEEN '2026-01-01' AND '2026-01-31'
) AS latest
WHERE place = 1
ORDER BY device_id;
