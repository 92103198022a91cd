-- The specification's schema (3.2). Where it cannot hold as written, the comment says so.

CREATE EXTENSION IF NOT EXISTS timescaledb;

CREATE SCHEMA ytempire;

CREATE FUNCTION ytempire.touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;

CREATE TABLE ytempire.channels (
    channel_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    youtube_channel_id VARCHAR(50) UNIQUE NOT NULL CHECK (youtube_channel_id <> ''),
    channel_name VARCHAR(255) NOT NULL CHECK (channel_name <> ''),
    channel_handle VARCHAR(100),
    description TEXT,
    niche VARCHAR(100) NOT NULL CHECK (niche <> ''),
    status VARCHAR(20) NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'archived')),
    status_reason TEXT,
    subscriber_count INTEGER NOT NULL DEFAULT 0 CHECK (subscriber_count >= 0),
    video_count INTEGER NOT NULL DEFAULT 0 CHECK (video_count >= 0),
    total_views BIGINT NOT NULL DEFAULT 0 CHECK (total_views >= 0),
    monetization_enabled BOOLEAN NOT NULL DEFAULT false,
    -- Grows with each change by an operator: one who read an older revision is told so instead of overwriting.
    revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX idx_channels_status ON ytempire.channels (status);
CREATE TRIGGER channels_touch BEFORE UPDATE ON ytempire.channels
    FOR EACH ROW EXECUTE FUNCTION ytempire.touch_updated_at();

-- How a channel works: what the specification calls "channel configuration". Each column but the key is a field
-- of ytempire/channels/models.py, where it is described and checked.
CREATE TABLE ytempire.channel_configurations (
    channel_id UUID PRIMARY KEY REFERENCES ytempire.channels ON DELETE CASCADE,
    credentials_id VARCHAR(200) NOT NULL CHECK (credentials_id <> ''),
    language VARCHAR(20) NOT NULL DEFAULT 'en-US',
    voice VARCHAR(100) NOT NULL DEFAULT 'us-cedar',
    style_preset VARCHAR(50) NOT NULL DEFAULT 'rank_card',
    palette VARCHAR(50) NOT NULL DEFAULT 'ink',
    aspect_ratio VARCHAR(5) NOT NULL DEFAULT '16:9' CHECK (aspect_ratio IN ('16:9', '9:16', '1:1')),
    region_codes VARCHAR(2)[] NOT NULL DEFAULT '{US}',
    category_ids INTEGER[] NOT NULL DEFAULT '{}',
    watch_list VARCHAR(50)[] NOT NULL DEFAULT '{}',
    videos_per_day SMALLINT NOT NULL DEFAULT 1 CHECK (videos_per_day BETWEEN 0 AND 100),
    -- When videos become public: ytempire/channels/slots.py. Empty: as soon as they are uploaded.
    slots JSONB NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(slots) = 'array'),
    uploads_per_day SMALLINT CHECK (uploads_per_day BETWEEN 1 AND 100),
    priority SMALLINT NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 10),
    -- Of one video, and of all calls of a Pacific day; NULL: the setting's.
    video_budget_usd NUMERIC(10, 4) CHECK (video_budget_usd >= 0),
    daily_budget_usd NUMERIC(10, 4) CHECK (daily_budget_usd >= 0),
    privacy_status VARCHAR(10) NOT NULL DEFAULT 'public'
        CHECK (privacy_status IN ('public', 'unlisted', 'private')),
    made_for_kids BOOLEAN NOT NULL DEFAULT false,
    playlist_title VARCHAR(150) CHECK (playlist_title <> ''),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
COMMENT ON COLUMN ytempire.channel_configurations.credentials_id IS
    'Name of the Airflow connection that holds the OAuth tokens; the tokens are never in this database';
CREATE TRIGGER channel_configurations_touch BEFORE UPDATE ON ytempire.channel_configurations
    FOR EACH ROW EXECUTE FUNCTION ytempire.touch_updated_at();

-- What a channel's owner has agreed to, and when an agreement turned out to be gone: the newest row counts.
-- Without one that was given, nothing is uploaded. The tokens themselves are in Airflow's connections or in Vault.
CREATE TABLE ytempire.channel_consents (
    consent_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel_id UUID NOT NULL REFERENCES ytempire.channels ON DELETE CASCADE,
    event VARCHAR(10) NOT NULL CHECK (event IN ('given', 'lost')),
    -- The channel that the account answered with, and the OAuth client that it trusts.
    youtube_channel_id VARCHAR(50) NOT NULL CHECK (youtube_channel_id <> ''),
    client_id VARCHAR(200) NOT NULL CHECK (client_id <> ''),
    scopes TEXT[] NOT NULL,
    recorded_by VARCHAR(200) NOT NULL CHECK (recorded_by <> ''),
    reason TEXT,
    at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    CHECK (event = 'lost' OR cardinality(scopes) > 0),
    CHECK (event = 'given' OR reason IS NOT NULL)
);
CREATE INDEX idx_channel_consents ON ytempire.channel_consents (channel_id, consent_id DESC);

CREATE FUNCTION ytempire.refuse_change_of_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A channel that is erased takes its rows along: it is gone already when they go.
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM ytempire.channels WHERE channel_id = OLD.channel_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of channel_consents are never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER channel_consents_append_only BEFORE UPDATE OR DELETE ON ytempire.channel_consents
    FOR EACH ROW EXECUTE FUNCTION ytempire.refuse_change_of_consent();

-- What needs a person. Of a kind there is one open alert a subject, however often it is raised.
CREATE TABLE ytempire.alerts (
    alert_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind VARCHAR(100) NOT NULL CHECK (kind <> ''),
    subject VARCHAR(200) NOT NULL CHECK (subject <> ''),
    severity VARCHAR(10) NOT NULL CHECK (severity IN ('warning', 'critical')),
    -- The newest message; the alert stands since raised_at.
    message TEXT NOT NULL CHECK (message <> ''),
    times INTEGER NOT NULL DEFAULT 1 CHECK (times >= 1),
    raised_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    last_raised_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    resolved_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX idx_alerts_open ON ytempire.alerts (kind, subject) WHERE resolved_at IS NULL;
CREATE INDEX idx_alerts_raised ON ytempire.alerts (raised_at DESC);

CREATE TABLE ytempire.generation_jobs (
    job_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    channel_id UUID NOT NULL REFERENCES ytempire.channels,
    job_type VARCHAR(50) NOT NULL CHECK (job_type IN ('video')),
    status VARCHAR(20) NOT NULL DEFAULT 'queued' CHECK (status IN (
        'queued', 'running', 'awaiting_decision', 'approved', 'rejected', 'deferred', 'scheduled', 'published',
        'failed', 'cancelled')),
    priority INTEGER NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 10),
    config JSONB NOT NULL,
    result JSONB,
    error_message TEXT,
    retry_count INTEGER NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    -- A video is made anew once at most; then a person decides.
    revision SMALLINT NOT NULL DEFAULT 0 CHECK (revision IN (0, 1)),
    revise_for TEXT[] NOT NULL DEFAULT '{}',
    dag_run_id VARCHAR(250) UNIQUE,
    -- The Pacific day and the place in it: a channel's n-th video of a day is made once.
    day DATE NOT NULL,
    slot SMALLINT NOT NULL CHECK (slot >= 1),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    started_at TIMESTAMPTZ,
    completed_at TIMESTAMPTZ CHECK (completed_at >= started_at),
    UNIQUE (channel_id, day, slot)
);
CREATE INDEX idx_jobs_status ON ytempire.generation_jobs (status, priority DESC);

CREATE TABLE ytempire.videos (
    video_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    channel_id UUID NOT NULL REFERENCES ytempire.channels,
    job_id UUID UNIQUE REFERENCES ytempire.generation_jobs,
    youtube_video_id VARCHAR(50) UNIQUE,
    title VARCHAR(500) NOT NULL CHECK (title <> ''),
    description TEXT,
    tags TEXT[],
    duration_seconds INTEGER CHECK (duration_seconds > 0),
    thumbnail_url TEXT,
    status VARCHAR(20) NOT NULL DEFAULT 'processing' CHECK (status IN (
        'processing', 'approved', 'uploading', 'uploaded', 'scheduled', 'published', 'rejected', 'failed',
        'deleted')),
    generation_cost NUMERIC(10, 4) NOT NULL DEFAULT 0 CHECK (generation_cost >= 0),
    -- The specification's DECIMAL(3,2) ends at 9.99; the score it describes goes to 100.
    quality_score NUMERIC(5, 2) CHECK (quality_score BETWEEN 0 AND 100),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    published_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CHECK (status NOT IN ('uploaded', 'scheduled') OR youtube_video_id IS NOT NULL),
    CHECK (status <> 'published' OR (youtube_video_id IS NOT NULL AND published_at IS NOT NULL))
);
CREATE INDEX idx_videos_channel_id ON ytempire.videos (channel_id);
CREATE INDEX idx_videos_status ON ytempire.videos (status);
CREATE TRIGGER videos_touch BEFORE UPDATE ON ytempire.videos
    FOR EACH ROW EXECUTE FUNCTION ytempire.touch_updated_at();

CREATE TABLE ytempire.video_metrics (
    -- Start of the Pacific day for the daily reports, the moment itself for live statistics.
    time TIMESTAMPTZ NOT NULL,
    video_id UUID NOT NULL REFERENCES ytempire.videos,
    source VARCHAR(20) NOT NULL DEFAULT 'analytics' CHECK (source IN ('analytics', 'reporting', 'live')),
    day DATE NOT NULL,
    views BIGINT NOT NULL DEFAULT 0 CHECK (views >= 0),
    engaged_views BIGINT CHECK (engaged_views >= 0),
    likes INTEGER DEFAULT 0 CHECK (likes >= 0),
    comments INTEGER DEFAULT 0 CHECK (comments >= 0),
    shares INTEGER DEFAULT 0 CHECK (shares >= 0),
    watch_time_minutes NUMERIC(12, 2) CHECK (watch_time_minutes >= 0),
    impressions BIGINT CHECK (impressions >= 0),
    -- NUMERIC(5,4) as specified; NULL until the reach reports have come.
    ctr NUMERIC(5, 4) CHECK (ctr BETWEEN 0 AND 1),
    -- Average share watched; looping videos go above 1, so only the lower bound is checked.
    retention_rate NUMERIC(5, 4) CHECK (retention_rate >= 0),
    -- The specification's DEFAULT 0 would turn "not allowed to see it" into "earned nothing": NULL is unknown.
    revenue_cents INTEGER CHECK (revenue_cents >= 0),
    metric_definition VARCHAR(20) NOT NULL DEFAULT '2026-08-27',
    loaded_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    -- The reports always count these; live statistics know no shares, nor what the owner hides.
    CHECK (source = 'live' OR (likes IS NOT NULL AND comments IS NOT NULL AND shares IS NOT NULL)),
    -- The key must contain the time column: TimescaleDB keeps uniqueness within a chunk only.
    PRIMARY KEY (video_id, source, time)
);
-- Retention drops whole chunks. What a night costs must not grow with the history: in chunks of a week a million new
-- rows a day meet indexes that stay in memory.
SELECT create_hypertable('ytempire.video_metrics', 'time', chunk_time_interval => INTERVAL '7 days');
CREATE INDEX idx_metrics_video_time ON ytempire.video_metrics (video_id, time DESC);

CREATE TABLE ytempire.audit_log (
    audit_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL DEFAULT now(),
    actor VARCHAR(200) NOT NULL,
    action VARCHAR(100) NOT NULL,
    entity VARCHAR(50) NOT NULL,
    entity_id VARCHAR(200) NOT NULL,
    details JSONB NOT NULL DEFAULT '{}'
);
CREATE INDEX idx_audit_entity ON ytempire.audit_log (entity, entity_id, at DESC);
