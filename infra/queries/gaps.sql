-- Where a device was silent for more than three times as long as it usually is: the
-- median of its own intervals in the range. Silence before the first reading and
-- after the last one has no other end, and is not shown.
-- The range of dates decides what is read and billed; a condition on device beside
-- it, AND device = 'device-1', reads that device alone. ${date_is}
SELECT
  device_id,
  previous_at AS silent_from,
  created_at AS silent_until,
  CAST(silent_milliseconds AS double) / 1000 AS silent_seconds,
  CAST(usual_milliseconds AS double) / 1000 AS usual_seconds
FROM (
  SELECT
    *,
    -- Of an even number of intervals the lower one in the middle.
    max(CASE WHEN 2 * place <= intervals + 1 THEN silent_milliseconds END)
      OVER (PARTITION BY device_id) AS usual_milliseconds
  FROM (
    SELECT
      *,
      row_number() OVER (PARTITION BY device_id ORDER BY silent_milliseconds) AS place,
      count(*) OVER (PARTITION BY device_id) AS intervals
    FROM (
      SELECT
        device_id,
        created_at,
        previous_at,
        date_diff('millisecond', previous_at, created_at) AS silent_milliseconds
      FROM (
        SELECT
          device_id,
          created_at,
          lag(created_at) OVER (PARTITION BY device_id ORDER BY created_at) AS previous_at
        FROM "${database}"."items_latest"
        WHERE "date" BETWEEN '2026-01-01' AND '2026-01-31'
      )
      WHERE previous_at IS NOT NULL
    )
  )
)
WHERE silent_milliseconds > 3 * usual_milliseconds
ORDER BY silent_milliseconds DESC, device_id, silent_from;
