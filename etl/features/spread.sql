-- How a video stands in the charts of all countries of a day, and of the day before.
WITH observed AS (
    SELECT day, count(DISTINCT region_code) AS regions FROM charts GROUP BY day
),
spread AS (
    SELECT
        youtube_video_id, day, count(*) AS countries, min(rank) AS best, max(views) AS most
    FROM charts
    GROUP BY youtube_video_id, day
),
history AS (
    SELECT *, count(*) OVER (
        PARTITION BY youtube_video_id ORDER BY datediff(day, DATE '1970-01-01')
        RANGE BETWEEN {lookback_days} PRECEDING AND 1 PRECEDING
    ) AS earlier_days
    FROM spread
)
SELECT
    today.youtube_video_id, today.day,
    double(today.countries) / observed.regions AS spread_share,
    CASE WHEN observed_before.day IS NOT NULL
        THEN double(coalesce(before.countries, 0)) / observed_before.regions END AS spread_share_yesterday,
    double(today.earlier_days) AS spread_days,
    double(today.best) AS spread_best_rank,
    double(before.best) AS spread_best_rank_yesterday,
    log1p(today.most) - log1p(before.most) AS spread_log_views_growth
FROM history AS today
JOIN observed ON observed.day = today.day
LEFT JOIN observed AS observed_before ON observed_before.day = date_sub(today.day, 1)
LEFT JOIN spread AS before
    ON before.youtube_video_id = today.youtube_video_id AND before.day = date_sub(today.day, 1)
