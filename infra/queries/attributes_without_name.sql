-- What is in `rest`: which attributes have no column of their own, or do not fit it,
-- and with which types they came. What comes often deserves a column in `columns`.
-- The range of dates decides what is read and billed. ${date_is}
SELECT attribute, map_keys(value)[1] AS type, count(*) AS items
FROM (
  SELECT ${readable} AS readable
  FROM "${database}"."items_distinct"
  WHERE "date" BETWEEN '2026-01-01' AND '2026-01-31'
)
CROSS JOIN UNNEST(CAST(json_parse(readable) AS map(varchar, map(varchar, json)))) AS leftover (attribute, value)
GROUP BY 1, 2
ORDER BY items DESC, attribute, type;
