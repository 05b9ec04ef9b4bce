"""
Queries as people write them, for engines that must agree.

{items} and the like are tables and views, {fleet} is FLEET.

Rule 1: each names its columns, and none asks for what is approximate, for the row
that comes first of equals, or for the time.
"""

FLEET = "(SELECT * FROM {items_distinct} WHERE device LIKE 'fleet-%') AS fleet"

QUERIES = {
    "a day's figures": (
        'SELECT device, "day", count(*) AS items, avg(temperature) AS average, '
        "sum(exact) AS total, min(temperature) AS least, max(exact) AS greatest "
        'FROM {fleet} GROUP BY device, "day" ORDER BY 1, 2'
    ),
    "averages of every type": (
        "SELECT avg(hits) AS a, avg(ratio) AS b, avg(exact) AS c, sum(hits) / 2 AS d, "
        "count(*) / 7 AS e, sum(temperature) / 3 AS f FROM {fleet}"
    ),
    "arithmetic of decimals": (
        "SELECT temperature * 2 AS a, temperature / 3 AS b, temperature / 0.7 AS c, "
        "temperature % 3 AS d, temperature + hits AS e, temperature * ratio AS f, "
        "round(temperature, 1) AS g, round(temperature) AS h, floor(temperature) AS i, "
        "ceil(temperature) AS j, CAST(temperature AS bigint) AS k, -temperature AS l, "
        "abs(temperature - 20) AS m, CAST(exact AS decimal(10,3)) AS n, exact + 1 AS o "
        "FROM {fleet}"
    ),
    "arithmetic of whole numbers": (
        "SELECT hits / 7 AS a, hits % 7 AS b, -hits / 2 AS c, hits / 7.0 AS d, "
        "CAST(hits AS double) / 7 AS e, mod(hits, 4) AS f, hits * 100 / 7 AS g, "
        "power(hits, 2) AS h, CAST(ratio AS bigint) AS i FROM {fleet}"
    ),
    "gaps between readings": (
        "SELECT device, created_at, gap FROM ("
        "SELECT device, created_at, created_at - lag(created_at) OVER "
        "(PARTITION BY device ORDER BY created_at) AS gap FROM {fleet}) "
        "WHERE gap > interval '90' minute"
    ),
    "minutes since the last one": (
        "SELECT device, date_diff('minute', lag(created_at) OVER (PARTITION BY device "
        "ORDER BY created_at), created_at) AS minutes FROM {fleet}"
    ),
    "the hottest two of each": (
        "SELECT device, temperature, place FROM (SELECT device, temperature, "
        "row_number() OVER (PARTITION BY device ORDER BY temperature DESC, created_at) "
        "AS place FROM {fleet}) WHERE place <= 2"
    ),
    "sliding sums": (
        "SELECT device, sum(hits) OVER w AS a, avg(temperature) OVER w AS b, "
        "first_value(label) OVER w AS c, ntile(3) OVER (PARTITION BY device ORDER BY "
        "created_at) AS d FROM {fleet} WINDOW w AS (PARTITION BY device ORDER BY "
        "created_at ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)"
    ),
    "ranks of sums": (
        'WITH daily AS (SELECT device, "day", count(*) AS n, sum(temperature) AS t '
        'FROM {fleet} GROUP BY device, "day"), '
        "items AS (SELECT * FROM daily WHERE n > 1) "
        "SELECT device, sum(n) AS items, max(t) / 3 AS third, "
        "rank() OVER (ORDER BY sum(n) DESC, device) AS place "
        "FROM items GROUP BY device"
    ),
    "two devices at one time": (
        "SELECT a.device AS one, b.device AS other, count(*) AS n, "
        "max(a.temperature - b.temperature) AS apart FROM {items_distinct} AS a "
        "JOIN {items_latest} AS b ON a.created_at = b.created_at "
        "AND a.device < b.device WHERE a.device LIKE 'fleet-%' "
        "AND b.device LIKE 'fleet-%' GROUP BY a.device, b.device"
    ),
    "days without a reading": (
        "SELECT d, count(i.created_at) AS n FROM UNNEST(sequence(DATE '2023-11-12', "
        "DATE '2023-11-20')) AS days (d) LEFT JOIN {items_distinct} AS i "
        "ON i.\"day\" = d AND i.device = 'fleet-1' GROUP BY d"
    ),
    "what is in rest": (
        "SELECT name, map_keys(held)[1] AS type, count(*) AS n FROM (SELECT rest FROM "
        "{items_distinct} WHERE device LIKE 'fleet-%') CROSS JOIN UNNEST(CAST("
        "json_parse(rest) AS map(varchar, map(varchar, json)))) AS t (name, held) "
        "GROUP BY 1, 2"
    ),
    "values out of rest": (
        "SELECT json_extract_scalar(rest, '$.hum.N') AS a, "
        'json_format(json_extract(rest, \'$["tags"]["SS"]\')) AS b, '
        "json_array_length(json_extract(rest, '$.tags.SS')) AS c, "
        "element_at(CAST(json_parse(rest) AS map(varchar, json)), 'hum') AS d, "
        "cardinality(CAST(json_parse(rest) AS map(varchar, json))) AS e, "
        "json_value(rest, 'lax $.hum.N') AS f, json_size(rest, '$.tags') AS g, "
        "json_extract_scalar(rest, '$.deep.M.x.L[0].S') AS h, "
        "try_cast(json_extract_scalar(rest, '$.hum.N') AS double) * 2 AS i "
        "FROM {fleet}"
    ),
    "members of a set": (
        "SELECT tag, n, count(*) AS items FROM {items_distinct} CROSS JOIN UNNEST("
        "CAST(json_extract(rest, '$.tags.SS') AS array(varchar))) WITH ORDINALITY "
        "AS t (tag, n) WHERE device LIKE 'fleet-%' GROUP BY 1, 2"
    ),
    "rest in one spelling": (
        "SELECT sequence_number, json_format(json_parse(rest)) AS a, length(rest) AS b, "
        "to_hex(sha256(to_utf8(rest))) AS c FROM {archive} WHERE length(rest) < 5000"
    ),
    "texts": (
        "SELECT upper(label) AS a, length(label) AS b, substr(label, 2, 3) AS c, "
        "split_part(label, '-', 2) AS d, label || '/' || device AS e, "
        "concat(label, CAST(NULL AS varchar)) AS f, replace(label, 'l') AS g, reverse(label) AS h, "
        "strpos(label, '-') AS i, lpad(label, 12, '*') AS j, trim('  x ') AS k, "
        "label LIKE 'label-1%' AS l, split(label, '-')[1] AS m, "
        "coalesce(nullif(label, 'label-1'), 'none') AS n FROM {fleet}"
    ),
    "patterns": (
        "SELECT regexp_extract(label, '([a-z]+)-(\\d+)', 2) AS a, "
        "regexp_replace(label, '(\\w+)-(\\d)', '$2:$1') AS b, "
        "regexp_like(label, '^label-[1-3]$') AS c, "
        "regexp_extract_all(label, '[a-e]') AS d, "
        "regexp_replace(label, '[^0-9]++') AS e FROM {fleet}"
    ),
    "dates": (
        "SELECT \"day\" + interval '1' day AS a, \"day\" - DATE '2023-11-01' AS b, "
        'date_add(\'month\', 1, "day") AS c, day_of_week("day") AS d, '
        "date_trunc('month', \"day\") AS e, date_trunc('hour', created_at) AS f, "
        "created_at + interval '90' minute AS g, week(created_at) AS h, "
        "year(created_at) AS i, extract(hour FROM created_at) AS j, "
        'last_day_of_month("day") AS k, CAST(created_at AS date) AS l, '
        "date_diff('day', created_at, TIMESTAMP '2024-01-01 00:00:00') AS m "
        "FROM {fleet}"
    ),
    "times of another zone": (
        "SELECT at_timezone(with_timezone(created_at, 'UTC'), 'Asia/Tokyo') AS a, "
        "CAST(created_at AT TIME ZONE 'America/New_York' AS date) AS b, "
        "hour(created_at AT TIME ZONE 'Asia/Kolkata') AS c, "
        "date_trunc('day', created_at AT TIME ZONE 'Asia/Tokyo') AS d, "
        "CAST(created_at AT TIME ZONE 'Europe/Berlin' AS varchar) AS e, "
        "from_unixtime(to_unixtime(created_at)) AS f FROM {fleet}"
    ),
    "times as texts": (
        "SELECT date_format(created_at, '%Y-%m-%d %H:%i:%s') AS a, "
        "format_datetime(created_at, 'yyyy-MM-dd''T''HH:mm') AS b, "
        "to_iso8601(created_at) AS c, CAST(created_at AS varchar) AS d, "
        'to_unixtime(created_at) AS e, CAST("day" AS varchar) AS f, '
        "date_parse('2023-11-15 10:30', '%Y-%m-%d %H:%i') AS g, "
        "CAST('2023-11-15 10:30:00' AS timestamp) > created_at AS h "
        "FROM {fleet}"
    ),
    "numbers as texts": (
        "SELECT CAST(temperature AS varchar) AS a, CAST(ratio AS varchar) AS b, "
        "CAST(hits AS varchar) AS c, format('%s has %d, %.2f', device, hits, "
        "temperature) AS d, try_cast(label AS bigint) AS e, "
        "CAST('1.50' AS decimal(9,2)) AS f, try_cast('1e3' AS double) AS g, "
        "CAST(on_air AS varchar) AS h, CAST(exact AS varchar) AS i FROM {fleet}"
    ),
    "a condition of each kind": (
        "SELECT device, created_at FROM {fleet} WHERE created_at > TIMESTAMP "
        "'2023-11-15 00:00:00' AND created_at < DATE '2023-11-17' AND temperature "
        "BETWEEN 15.5 AND 22 AND label IN ('label-1', 'label-2') AND rest LIKE "
        "'%hum%' AND NOT (hits < 3 OR on_air) AND exact IS NOT NULL"
    ),
    "groups of groups": (
        'SELECT device, "date", count(*) AS n, sum(hits) AS hits FROM {fleet} '
        'GROUP BY ROLLUP(device, "date")'
    ),
    "aggregates with conditions": (
        "SELECT label, count(*) FILTER (WHERE on_air) AS a, count_if(NOT on_air) AS b, "
        "max_by(hits, exact) AS c, min_by(temperature, exact) AS d, "
        "array_join(array_agg(hits ORDER BY device, created_at), ',') AS e, "
        "bool_and(on_air) AS f, count(DISTINCT device) AS g, "
        "stddev(ratio) AS h, sum(CASE WHEN on_air THEN 1 ELSE 0 END) AS i "
        "FROM {fleet} GROUP BY label HAVING count(*) > 2"
    ),
    "arrays and maps": (
        "SELECT map_agg(hits, label) AS a, histogram(label) AS b, "
        "cardinality(array_agg(hits)) AS c, array_sort(array_agg(DISTINCT label)) AS d, "
        "transform(array_sort(array_agg(hits)), x -> x * 2) AS e, "
        "filter(array_sort(array_agg(hits)), x -> x > 20) AS f, "
        "reduce(array_agg(hits), 0, (s, x) -> s + x, s -> s * 10) AS g "
        "FROM {items_distinct} WHERE device = 'fleet-1'"
    ),
    "one set without another": (
        "SELECT device FROM {items} WHERE device LIKE 'fleet-%' EXCEPT "
        "SELECT device FROM {items} WHERE hits > 1000 UNION ALL SELECT 'x' AS device"
    ),
    "subqueries": (
        "SELECT device, hits, (SELECT max(hits) FROM {items_distinct} WHERE device = "
        "'fleet-2') AS most FROM {fleet} WHERE temperature > (SELECT "
        "avg(temperature) FROM {fleet}) AND EXISTS (SELECT 1 FROM {archive_files} "
        "AS f WHERE f.device = fleet.device)"
    ),
    "files of partitions": (
        'SELECT f.key, f."rows", f.first_created_at, p.n FROM {archive_files} AS f '
        'JOIN (SELECT device, "date", count(*) AS n FROM {archive} GROUP BY 1, 2) AS p '
        'ON f.device = p.device AND f."date" = p."date"'
    ),
    "rows of odd places": (
        'SELECT device_id, created_at, expired_at, device, "date", "day", '
        "sequence_number, rest FROM {items} WHERE device IN ('before', 'it', 'monthly') "
        "OR device LIKE 'sha256-%'"
    ),
    "nothing at all": "SELECT device, count(*) AS n FROM {items} WHERE device = 'no' "
    "GROUP BY device",
    "columns without a name": "SELECT count(*), 1 + 1, max(hits), device FROM {items} "
    "WHERE device = 'fleet-1' GROUP BY device",
}
