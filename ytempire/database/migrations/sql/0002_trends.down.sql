DROP TABLE ytempire.model_promotions;
ALTER TABLE ytempire.generation_jobs DROP COLUMN topic_id;
DROP TABLE ytempire.topics;
DROP TABLE ytempire.trend_snapshots;
DROP TABLE ytempire.trend_videos;
