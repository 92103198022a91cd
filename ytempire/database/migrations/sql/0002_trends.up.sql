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

-- A trial of a model's version against the champion: its share of the channels grows in steps, or it goes back.
CREATE TABLE ytempire.model_rollouts (
    rollout_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_name VARCHAR(100) NOT NULL,
    version VARCHAR(20) NOT NULL,
    champion_version VARCHAR(20) NOT NULL,
    -- Channels whose topics the version ranks, of a hundred.
    percentage SMALLINT NOT NULL CHECK (percentage BETWEEN 0 AND 100),
    -- promoting: it is in the log that the version is the champion, and the registry is being told.
    state VARCHAR(20) NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'promoting', 'promoted', 'returned')),
    -- The UTC days of its beginning and of its last step.
    started_on DATE NOT NULL,
    stepped_on DATE NOT NULL,
    -- Times that the version failed where the champion did not.
    error_count INTEGER NOT NULL DEFAULT 0 CHECK (error_count >= 0),
    last_error TEXT,
    started_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    ended_at TIMESTAMPTZ CHECK ((ended_at IS NOT NULL) = (state IN ('promoted', 'returned'))),
    CHECK (version <> champion_version),
    UNIQUE (model_name, version, champion_version)
);
-- One trial of a model at a time.
CREATE UNIQUE INDEX idx_rollouts_under_way ON ytempire.model_rollouts (model_name)
    WHERE state IN ('running', 'promoting');

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
    -- The same by the version that a rollout tries: it decides for that rollout's channels only.
    rollout_id BIGINT REFERENCES ytempire.model_rollouts,
    rollout_rank INTEGER CHECK (rollout_rank >= 1),
    rollout_score DOUBLE PRECISION,
    rollout_by VARCHAR(100),
    CHECK (rollout_rank IS NULL OR (rollout_id IS NOT NULL AND rollout_score IS NOT NULL AND rollout_by IS NOT NULL)),
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

ALTER TABLE ytempire.generation_jobs
    ADD COLUMN topic_id UUID REFERENCES ytempire.topics,
    -- Whose ranking chose the topic, so that what the video earns can be held against it.
    ADD COLUMN ranked_by VARCHAR(100),
    -- Of a job made during a rollout: which side its channel was on.
    ADD COLUMN rollout_id BIGINT REFERENCES ytempire.model_rollouts,
    ADD COLUMN rollout_arm VARCHAR(20) CHECK (rollout_arm IN ('champion', 'challenger')),
    ADD CONSTRAINT jobs_rollout_has_an_arm CHECK ((rollout_id IS NULL) = (rollout_arm IS NULL));

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

-- Every decision of a rollout with the figures it was made by. Only ever added to.
CREATE TABLE ytempire.model_rollout_steps (
    step_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rollout_id BIGINT NOT NULL REFERENCES ytempire.model_rollouts,
    day DATE NOT NULL,
    action VARCHAR(20) NOT NULL CHECK (action IN ('start', 'up', 'stay', 'down', 'return', 'promote')),
    percentage_before SMALLINT NOT NULL,
    percentage SMALLINT NOT NULL CHECK (percentage BETWEEN 0 AND 100),
    reason TEXT NOT NULL,
    figures JSONB NOT NULL DEFAULT '{}',
    decided_by VARCHAR(100) NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX idx_rollout_steps_rollout ON ytempire.model_rollout_steps (rollout_id, step_id);

CREATE FUNCTION ytempire.refuse_change_of_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER model_promotions_append_only BEFORE UPDATE OR DELETE ON ytempire.model_promotions
    FOR EACH ROW EXECUTE FUNCTION ytempire.refuse_change_of_log();
CREATE TRIGGER model_rollout_steps_append_only BEFORE UPDATE OR DELETE ON ytempire.model_rollout_steps
    FOR EACH ROW EXECUTE FUNCTION ytempire.refuse_change_of_log();

-- What versions said of the charts of a day before the next day's were known, and what became true.
CREATE TABLE ytempire.model_forecasts (
    model_name VARCHAR(100) NOT NULL,
    version VARCHAR(20) NOT NULL,
    day DATE NOT NULL,
    region_code VARCHAR(2) NOT NULL,
    youtube_video_id VARCHAR(50) NOT NULL,
    chance REAL NOT NULL CHECK (chance BETWEEN 0 AND 1),
    -- NULL until the next day's chart is known.
    stayed BOOLEAN,
    forecast_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (model_name, day, version, region_code, youtube_video_id)
);

-- How far what a model sees today is from what it learned from.
CREATE TABLE ytempire.model_drift (
    model_name VARCHAR(100) NOT NULL,
    version VARCHAR(20) NOT NULL,
    day DATE NOT NULL,
    reference_rows INTEGER NOT NULL CHECK (reference_rows > 0),
    current_rows INTEGER NOT NULL CHECK (current_rows > 0),
    feature_count INTEGER NOT NULL CHECK (feature_count > 0),
    -- {feature: distance} of those beyond their threshold, the farthest first.
    drifted JSONB NOT NULL,
    drifted_share DOUBLE PRECISION NOT NULL CHECK (drifted_share BETWEEN 0 AND 1),
    prediction_distance DOUBLE PRECISION NOT NULL,
    -- Of the forecasts of these days that are settled, NULL where none is; and of the version's test days.
    live_brier DOUBLE PRECISION CHECK (live_brier BETWEEN 0 AND 1),
    tested_brier DOUBLE PRECISION NOT NULL CHECK (tested_brier BETWEEN 0 AND 1),
    exceeded BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    -- File name below the reports' folder.
    report VARCHAR(200) NOT NULL,
    -- When a retraining was asked for because of it.
    announced_at TIMESTAMPTZ,
    measured_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (model_name, version, day)
);

-- Optuna's own tables, which it makes itself: the trials of the search for a model's recipe.
CREATE SCHEMA ytempire_search;
