-- The Brier score of both versions of a rollout on the same settled rows, a day a line.
SELECT
    ours.day,
    count(*) AS rows,
    avg((ours.chance - ours.stayed::int::real) ^ 2) AS challenger,
    avg((theirs.chance - theirs.stayed::int::real) ^ 2) AS champion
FROM ytempire.model_forecasts AS ours
JOIN ytempire.model_forecasts AS theirs USING (model_name, day, region_code, youtube_video_id)
WHERE model_name = %(model_name)s AND ours.version = %(version)s AND theirs.version = %(champion_version)s
    AND ours.stayed IS NOT NULL AND theirs.stayed IS NOT NULL
GROUP BY ours.day
ORDER BY ours.day
