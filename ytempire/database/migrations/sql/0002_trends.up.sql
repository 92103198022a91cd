-- What the trend watch sees. A snapshot is a fact and is never changed; what a
-- video is called belongs to another data class (refresh or delete within 30 days).

CREATE TABLE ytempire.trend_videos (
    youtube_video_id VARCHAR(50) PRIMARY KEY,
    youtube_channel_id VARCHAR(50),
    title TEXT NOT NULL,
    channel_title TEXT,
    category_id INTEGER,
    tags TEXT[] NOT NULL DEFAULT '{}',
    published_at TIMESTAMPTZ,
    duration_seconds INTEGER CHECK (duration_seconds >= 0),
    language VARCHAR(20),
    refreshed_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE ytempire.trend_snapshots (
    -- The service's own time of answering, so that our clock cannot move a fact.
    fetched_at TIMESTAMPTZ NOT NULL,
    source VARCHAR(20) NOT NULL CHECK (source IN ('chart', 'watch_list', 'feed')),
    -- ISO country of a chart; '' for sources that have none.
    region_code VARCHAR(2) NOT NULL,
    youtube_video_id VARCHAR(50) NOT NULL,
    rank SMALLINT CHECK (rank >= 1),
    views BIGINT CHECK (views >= 0),
    likes BIGINT CHECK (likes >= 0),
    comments BIGINT CHECK (comments >= 0),
    PRIMARY KEY (source, region_code, youtube_video_id, fetched_at)
);
SELECT create_hypertable('ytempire.trend_snapshots', 'fetched_at', chunk_time_interval => INTERVAL '7 days');
CREATE INDEX idx_snapshots_video ON ytempire.trend_snapshots (youtube_video_id, fetched_at DESC);

CREATE TABLE ytempire.topics (
    topic_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    niche VARCHAR(100) NOT NULL,
    -- Names the story: the same story in the same niche is one topic.
    story_key VARCHAR(200) NOT NULL,
    title TEXT NOT NULL CHECK (title <> ''),
    status VARCHAR(20) NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'taken', 'expired')),
    rank INTEGER CHECK (rank >= 1),
    score DOUBLE PRECISION NOT NULL,
    ranked_by VARCHAR(100) NOT NULL,
    velocity_views_per_hour DOUBLE PRECISION,
    reason TEXT NOT NULL,
    -- The real numbers behind it: {"videos": [...], "regions": [...], "points": [...]}.
    evidence JSONB NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    ranked_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    UNIQUE (niche, story_key)
);
CREATE INDEX idx_topics_open ON ytempire.topics (niche, rank) WHERE status = 'open';

ALTER TABLE ytempire.generation_jobs ADD COLUMN topic_id UUID REFERENCES ytempire.topics;

-- Why a version of a model became champion or challenger. Only ever added to.
CREATE TABLE ytempire.model_promotions (
    promotion_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_name VARCHAR(100) NOT NULL,
    version VARCHAR(20) NOT NULL,
    alias VARCHAR(20) NOT NULL CHECK (alias IN ('champion', 'challenger')),
    champion_before VARCHAR(20),
    reason TEXT NOT NULL,
    metrics JSONB NOT NULL,
    champion_metrics JSONB,
    data_hash VARCHAR(64) NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
