DROP TABLE ytempire.niche_metrics_daily;
DROP TABLE ytempire.channel_metrics_daily;
DROP TABLE ytempire.quarantined_rows;
DROP TABLE ytempire.staging_slices;
DROP TABLE ytempire.staging_video_metrics;
DROP TABLE ytempire.analytics_slices;
