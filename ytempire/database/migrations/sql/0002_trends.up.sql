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

-- What a title means, as an encoder tells it; goes with its video. A changed title has another hash.
CREATE TABLE ytempire.trend_embeddings (
    youtube_video_id VARCHAR(50) NOT NULL REFERENCES ytempire.trend_videos ON DELETE CASCADE,
    encoder VARCHAR(100) NOT NULL,
    title_sha256 VARCHAR(64) NOT NULL,
    -- Little-endian 32-bit floats, of length one.
    embedding BYTEA NOT NULL,
    PRIMARY KEY (youtube_video_id, encoder)
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

-- Whose uploads are looked at, and when that was last done: those that waited longest come first.
CREATE TABLE ytempire.trend_watched_channels (
    youtube_channel_id VARCHAR(50) PRIMARY KEY,
    -- NULL until YouTube has told it; a channel that does not exist has none.
    uploads_playlist_id VARCHAR(60),
    looked_at TIMESTAMPTZ,
    failure TEXT
);

-- Videos that watch lists and feeds told of, to be observed while they are young.
CREATE TABLE ytempire.trend_follows (
    youtube_video_id VARCHAR(50) NOT NULL,
    source VARCHAR(20) NOT NULL CHECK (source IN ('watch_list', 'feed')),
    -- The channel or the feed that told of it.
    told_by TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    observed_at TIMESTAMPTZ,
    PRIMARY KEY (youtube_video_id, source)
);
CREATE INDEX idx_follows_published ON ytempire.trend_follows (published_at);

-- What a feed said last, so that only what is new is sent again (RFC 9110, 13.1).
CREATE TABLE ytempire.trend_feeds (
    address VARCHAR(500) PRIMARY KEY,
    etag TEXT,
    last_modified TEXT,
    read_at TIMESTAMPTZ NOT NULL
);

-- What feeds tell; like a video's title it belongs to others.
CREATE TABLE ytempire.trend_stories (
    feed VARCHAR(500) NOT NULL,
    entry_id VARCHAR(64) NOT NULL,
    title TEXT NOT NULL CHECK (title <> ''),
    link TEXT,
    published_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    encoder VARCHAR(100),
    embedding BYTEA,
    PRIMARY KEY (feed, entry_id)
);
CREATE INDEX idx_stories_seen ON ytempire.trend_stories (seen_at);

-- What each source did in each run, and what it cost. Written before the first call with the units that
-- are meant to be spent: a run that was killed has spent them.
CREATE TABLE ytempire.trend_source_runs (
    run_id UUID NOT NULL,
    source VARCHAR(20) NOT NULL CHECK (source IN ('chart', 'watch_list', 'feed', 'statistics')),
    name VARCHAR(500) NOT NULL,
    -- The Pacific day whose quota it drew on.
    day DATE NOT NULL,
    state VARCHAR(20) NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'ok', 'partial', 'failed', 'left_out')),
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    units INTEGER NOT NULL CHECK (units >= 0),
    snapshots INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    message TEXT,
    PRIMARY KEY (run_id, source, name)
);
CREATE INDEX idx_source_runs_day ON ytempire.trend_source_runs (day);
CREATE INDEX idx_source_runs_started ON ytempire.trend_source_runs (started_at DESC);

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
    -- Of the story: all its videos together. Acceleration is what the velocity gains in an hour.
    velocity_views_per_hour DOUBLE PRECISION,
    acceleration_views_per_hour2 DOUBLE PRECISION,
    -- When the first of its videos was published.
    began_at TIMESTAMPTZ,
    -- Shares of the watched charts that show it, and of the network's active channels that have covered it.
    chart_saturation DOUBLE PRECISION NOT NULL DEFAULT 0 CHECK (chart_saturation BETWEEN 0 AND 1),
    network_saturation DOUBLE PRECISION NOT NULL DEFAULT 0 CHECK (network_saturation BETWEEN 0 AND 1),
    -- The videos that tell it, the leading one first, and the sources in which it was seen.
    youtube_video_ids TEXT[] NOT NULL DEFAULT '{}',
    sources TEXT[] NOT NULL DEFAULT '{}',
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

-- Why a version of a model became champion or challenger, or was refused and got no alias. Only ever added to.
CREATE TABLE ytempire.model_promotions (
    promotion_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_name VARCHAR(100) NOT NULL,
    version VARCHAR(20) NOT NULL,
    alias VARCHAR(20) NOT NULL CHECK (alias IN ('champion', 'challenger', 'refused')),
    champion_before VARCHAR(20),
    reason TEXT NOT NULL,
    metrics JSONB NOT NULL,
    champion_metrics JSONB,
    data_hash VARCHAR(64) NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- Optuna's own tables, which it makes itself: the trials of the search for a model's recipe.
CREATE SCHEMA ytempire_search;
