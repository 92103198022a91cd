-- What became true of the rows that were forecast.
UPDATE ytempire.model_forecasts AS forecast
SET stayed = seen.value > 0.5
FROM forecast_rows AS seen
WHERE forecast.day = seen.day AND forecast.region_code = seen.region_code
    AND forecast.youtube_video_id = seen.youtube_video_id
    AND forecast.stayed IS DISTINCT FROM (seen.value > 0.5)
