-- How a Pacific day of a channel comes in: staged, validated, then swapped in whole.

CREATE TABLE ytempire.analytics_slices (
    channel_id UUID NOT NULL REFERENCES ytempire.channels,
    report VARCHAR(50) NOT NULL,
    day DATE NOT NULL,
    status VARCHAR(20) NOT NULL CHECK (status IN ('loaded', 'empty', 'failed')),
    row_count INTEGER NOT NULL DEFAULT 0 CHECK (row_count >= 0),
    quarantined_count INTEGER NOT NULL DEFAULT 0 CHECK (quarantined_count >= 0),
    content_sha256 VARCHAR(64),
    -- When the content was asked for: an older answer never replaces a newer one.
    fetched_at TIMESTAMPTZ CHECK (status = 'failed' OR fetched_at IS NOT NULL),
    run_id VARCHAR(250) NOT NULL,
    error_message TEXT,
    loaded_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (channel_id, report, day)
);

-- Rows as they were fetched, by batch (one a run) and channel. Numbers are checked before they go on.
-- Unlogged for speed: staging_slices says how many there must be, so that a crash is noticed.
CREATE UNLOGGED TABLE ytempire.staging_video_metrics (
    batch_id VARCHAR(300) NOT NULL,
    channel_id UUID NOT NULL,
    row_number INTEGER NOT NULL,
    day DATE NOT NULL,
    youtube_video_id TEXT,
    -- Ours, looked up by the YouTube id; NULL where the channel has no such video.
    video_id UUID,
    views DOUBLE PRECISION,
    engaged_views DOUBLE PRECISION,
    likes DOUBLE PRECISION,
    comments DOUBLE PRECISION,
    shares DOUBLE PRECISION,
    watch_time_minutes DOUBLE PRECISION,
    retention_rate DOUBLE PRECISION,
    revenue_cents DOUBLE PRECISION,
    metric_definition VARCHAR(20) NOT NULL,
    PRIMARY KEY (batch_id, channel_id, row_number)
);
CREATE TABLE ytempire.staging_slices (
    batch_id VARCHAR(300) NOT NULL,
    channel_id UUID NOT NULL REFERENCES ytempire.channels ON DELETE CASCADE,
    report VARCHAR(50) NOT NULL,
    day DATE NOT NULL,
    row_count INTEGER NOT NULL CHECK (row_count >= 0),
    quarantined_count INTEGER NOT NULL DEFAULT 0 CHECK (quarantined_count >= 0),
    fetched_at TIMESTAMPTZ NOT NULL,
    validated_at TIMESTAMPTZ,
    PRIMARY KEY (batch_id, channel_id, report, day)
);

CREATE TABLE ytempire.quarantined_rows (
    row_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source VARCHAR(100) NOT NULL,
    batch_id VARCHAR(300) NOT NULL,
    channel_id UUID REFERENCES ytempire.channels ON DELETE CASCADE,
    row_number INTEGER NOT NULL,
    payload JSONB NOT NULL,
    reason TEXT NOT NULL,
    quarantined_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    replayed_at TIMESTAMPTZ,
    UNIQUE NULLS NOT DISTINCT (source, batch_id, channel_id, row_number)
);

CREATE TABLE ytempire.channel_metrics_daily (
    channel_id UUID NOT NULL REFERENCES ytempire.channels,
    day DATE NOT NULL,
    videos INTEGER NOT NULL CHECK (videos >= 0),
    views BIGINT NOT NULL CHECK (views >= 0),
    likes BIGINT NOT NULL CHECK (likes >= 0),
    comments BIGINT NOT NULL CHECK (comments >= 0),
    shares BIGINT NOT NULL CHECK (shares >= 0),
    watch_time_minutes NUMERIC(14, 2),
    revenue_cents BIGINT CHECK (revenue_cents >= 0),
    PRIMARY KEY (channel_id, day)
);
CREATE TABLE ytempire.niche_metrics_daily (
    niche VARCHAR(100) NOT NULL,
    day DATE NOT NULL,
    channels INTEGER NOT NULL CHECK (channels >= 0),
    videos INTEGER NOT NULL CHECK (videos >= 0),
    views BIGINT NOT NULL CHECK (views >= 0),
    likes BIGINT NOT NULL CHECK (likes >= 0),
    comments BIGINT NOT NULL CHECK (comments >= 0),
    shares BIGINT NOT NULL CHECK (shares >= 0),
    watch_time_minutes NUMERIC(14, 2),
    revenue_cents BIGINT CHECK (revenue_cents >= 0),
    PRIMARY KEY (niche, day)
);
