-- Run by DuckDB 1.4.2, once with each COMPRESSION: uncompressed (plain), snappy, gzip, zstd.
COPY (
  SELECT
    2.0 + (i % 37) / 10.0::DOUBLE AS length,
    (0.5 + (i % 11) / 10.0)::FLOAT AS width,
    i::INTEGER AS id,
    (i * 10000000000)::BIGINT AS big,
    (i % 3 = 0) AS member,
    CASE WHEN i % 37 < 18 THEN 'elm' ELSE 'oak' END AS tree,
    CASE WHEN i % 10 = 3 THEN NULL ELSE i * 1.5 END AS gap,
    DATE '2024-01-01' + i::INTEGER AS day,
    TIMESTAMP '2024-01-01 12:00:00.5' + INTERVAL (i) HOUR AS at,
    (i / 4)::DECIMAL(9,2) AS price,
    printf('%05d', i) AS zip,
    [i, i + 1] AS list
  FROM range(40) t(i)
) TO 'plain.parquet' (FORMAT parquet, COMPRESSION uncompressed);
