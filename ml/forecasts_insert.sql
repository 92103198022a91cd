-- A forecast is written once: the next day's charts are not known yet when it is.
INSERT INTO ytempire.model_forecasts (model_name, version, day, region_code, youtube_video_id, chance)
SELECT %(model_name)s, %(version)s, day, region_code, youtube_video_id, value FROM forecast_rows
ON CONFLICT DO NOTHING
