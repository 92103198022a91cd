-- How a Pacific day of a channel comes in: staged, validated, then swapped in whole.

CREATE TABLE ytempire.analytics_slices (
    channel_id UUID NOT NULL REFERENCES ytempire.channels,
    report VARCHAR(50) NOT NULL,
    day DATE NOT NULL,
    -- Late: nothing has come although it was time. Lost: it will not come any more.
    status VARCHAR(20) NOT NULL CHECK (status IN ('loaded', 'empty', 'failed', 'late', 'lost')),
    row_count INTEGER NOT NULL DEFAULT 0 CHECK (row_count >= 0),
    quarantined_count INTEGER NOT NULL DEFAULT 0 CHECK (quarantined_count >= 0),
    content_sha256 VARCHAR(64),
    -- When the content was asked for, or the report created: an older answer never replaces a newer one.
    fetched_at TIMESTAMPTZ CHECK (status IN ('failed', 'late', 'lost') OR fetched_at IS NOT NULL),
    run_id VARCHAR(250) NOT NULL,
    error_message TEXT,
    loaded_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (channel_id, report, day)
);
CREATE INDEX idx_analytics_slices_day ON ytempire.analytics_slices (report, day);

-- What was fetched: a batch is one run, a slice in it one Pacific day of one channel.
CREATE TABLE ytempire.staging_slices (
    slice_id BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE,
    batch_id VARCHAR(300) NOT NULL,
    channel_id UUID NOT NULL REFERENCES ytempire.channels ON DELETE CASCADE,
    report VARCHAR(50) NOT NULL,
    day DATE NOT NULL,
    metric_definition VARCHAR(20) NOT NULL,
    row_count INTEGER NOT NULL CHECK (row_count >= 0),
    quarantined_count INTEGER NOT NULL DEFAULT 0 CHECK (quarantined_count >= 0),
    fetched_at TIMESTAMPTZ NOT NULL,
    validated_at TIMESTAMPTZ,
    PRIMARY KEY (batch_id, channel_id, report, day)
);

-- The rows of the slices as they were fetched; numbers are checked before they go on. Narrow and without a unique
-- key, because they are written once and read once. Unlogged for speed: staging_slices says how many there must be,
-- so that a crash is noticed.
CREATE UNLOGGED TABLE ytempire.staging_video_metrics (
    slice_id BIGINT NOT NULL,
    -- The place in the answer, from 1 on; with the slice the name of a row.
    row_number INTEGER NOT NULL,
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
    revenue_cents DOUBLE PRECISION
);
CREATE INDEX idx_staging_video_metrics_slice ON ytempire.staging_video_metrics (slice_id);

CREATE TABLE ytempire.quarantined_rows (
    row_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source VARCHAR(100) NOT NULL,
    batch_id VARCHAR(300) NOT NULL,
    channel_id UUID REFERENCES ytempire.channels ON DELETE CASCADE,
    row_number INTEGER NOT NULL,
    payload JSONB NOT NULL,
    reason TEXT NOT NULL,
    -- When the answer was asked for: a row of an answer that was replaced since is not replayed.
    fetched_at TIMESTAMPTZ,
    quarantined_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    outcome VARCHAR(20) CHECK (outcome IN ('replayed', 'superseded')),
    settled_at TIMESTAMPTZ CHECK ((settled_at IS NULL) = (outcome IS NULL)),
    UNIQUE NULLS NOT DISTINCT (source, batch_id, channel_id, row_number)
);

-- What every suite said of every batch that it was held against. Only ever added to.
CREATE TABLE ytempire.validation_results (
    result_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    suite VARCHAR(100) NOT NULL,
    -- The run, the look or the feature set.
    subject VARCHAR(300) NOT NULL,
    -- quarantined: single rows were refused. refused: all of it was. unverified: the suite could not be run.
    state VARCHAR(20) NOT NULL CHECK (state IN ('passed', 'quarantined', 'refused', 'unverified')),
    row_count INTEGER NOT NULL CHECK (row_count >= 0),
    quarantined_count INTEGER NOT NULL DEFAULT 0 CHECK (quarantined_count >= 0),
    -- Each expectation: [{"expectation", "about", "reason", "severity", "held", "refused"}].
    checks JSONB NOT NULL DEFAULT '[]',
    error_message TEXT,
    seconds DOUBLE PRECISION NOT NULL CHECK (seconds >= 0),
    checked_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX idx_validation_results_suite ON ytempire.validation_results (suite, result_id DESC);

-- The bulk reports of the Reporting API: a job a channel and type, and every report that it ever made.
CREATE TABLE ytempire.reporting_jobs (
    channel_id UUID NOT NULL REFERENCES ytempire.channels,
    report VARCHAR(50) NOT NULL,
    job_id VARCHAR(100) NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (channel_id, report)
);
CREATE TABLE ytempire.bulk_reports (
    channel_id UUID NOT NULL REFERENCES ytempire.channels,
    report_id VARCHAR(100) NOT NULL,
    report VARCHAR(50) NOT NULL,
    job_id VARCHAR(100) NOT NULL,
    day DATE NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    resource_name VARCHAR(1000) NOT NULL,
    listed_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    -- listed: known. staged: read into staging by batch_id. loaded, empty: in the warehouse. failed: did not come in,
    -- will be tried again. superseded: a newer one is there. unneeded: of a day before our first video. lost: gone.
    state VARCHAR(20) NOT NULL DEFAULT 'listed' CHECK (state IN (
        'listed', 'staged', 'loaded', 'empty', 'failed', 'superseded', 'unneeded', 'lost')),
    -- Of the file as it was downloaded.
    sha256 VARCHAR(64) CHECK (state NOT IN ('staged', 'loaded', 'empty') OR sha256 IS NOT NULL),
    -- Videos that we knew of by the end of the day when it was read; those of them in the file; lines that could not
    -- be read; lines of videos that are not ours.
    own_count INTEGER NOT NULL DEFAULT 0 CHECK (own_count >= 0),
    row_count INTEGER NOT NULL DEFAULT 0 CHECK (row_count >= 0),
    quarantined_count INTEGER NOT NULL DEFAULT 0 CHECK (quarantined_count >= 0),
    foreign_count INTEGER NOT NULL DEFAULT 0 CHECK (foreign_count >= 0),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    batch_id VARCHAR(300) CHECK (state <> 'staged' OR batch_id IS NOT NULL),
    validated_at TIMESTAMPTZ,
    error_message TEXT CHECK (state <> 'failed' OR error_message IS NOT NULL),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (channel_id, report_id)
);
CREATE INDEX idx_bulk_reports_day ON ytempire.bulk_reports (channel_id, report, day);
CREATE INDEX idx_bulk_reports_batch ON ytempire.bulk_reports (batch_id) WHERE state = 'staged';

-- One row a video of a report: the lines of its countries and audiences added up. Unlogged like the other staging.
CREATE UNLOGGED TABLE ytempire.staging_bulk_rows (
    channel_id UUID NOT NULL,
    report_id VARCHAR(100) NOT NULL,
    row_number INTEGER NOT NULL,
    youtube_video_id TEXT NOT NULL,
    video_id UUID NOT NULL,
    views DOUBLE PRECISION,
    engaged_views DOUBLE PRECISION,
    likes DOUBLE PRECISION,
    comments DOUBLE PRECISION,
    shares DOUBLE PRECISION,
    watch_time_minutes DOUBLE PRECISION,
    retention_rate DOUBLE PRECISION,
    impressions DOUBLE PRECISION,
    ctr DOUBLE PRECISION,
    PRIMARY KEY (channel_id, report_id, row_number)
);

-- Whether the two paths tell the same of a channel's day. It holds for the contents whose hashes it names, and for
-- no others: without a row that agrees, a day that the bulk reports have told is not published.
CREATE TABLE ytempire.analytics_reconciliations (
    channel_id UUID NOT NULL REFERENCES ytempire.channels,
    day DATE NOT NULL,
    -- unverified: reports.query was not asked after the report had come. accepted: a person has decided.
    state VARCHAR(20) NOT NULL CHECK (state IN ('agreed', 'differs', 'unverified', 'accepted')),
    differences INTEGER NOT NULL CHECK (differences >= 0),
    analytics_views BIGINT,
    reporting_views BIGINT NOT NULL,
    analytics_sha256 VARCHAR(64),
    reporting_sha256 VARCHAR(64) NOT NULL,
    run_id VARCHAR(250) NOT NULL,
    accepted_by VARCHAR(200) CHECK ((state = 'accepted') = (accepted_by IS NOT NULL)),
    compared_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (channel_id, day)
);
CREATE TABLE ytempire.analytics_differences (
    channel_id UUID NOT NULL,
    day DATE NOT NULL,
    -- NULL: the sum of the channel's videos.
    video_id UUID REFERENCES ytempire.videos,
    metric VARCHAR(50) NOT NULL,
    analytics NUMERIC NOT NULL,
    reporting NUMERIC NOT NULL,
    tolerance NUMERIC NOT NULL,
    UNIQUE NULLS NOT DISTINCT (channel_id, day, video_id, metric),
    FOREIGN KEY (channel_id, day) REFERENCES ytempire.analytics_reconciliations ON DELETE CASCADE
);

-- Rollups: sums of Pacific days and of their weeks (from Monday on), by video, channel and niche. Each is computed
-- from the one before it, and only where something changed; all of it equals a full recomputation.

CREATE TABLE ytempire.video_metrics_daily (
    video_id UUID NOT NULL REFERENCES ytempire.videos,
    day DATE NOT NULL,
    channel_id UUID NOT NULL,
    views BIGINT NOT NULL CHECK (views >= 0),
    -- NULL where no part knows it, as everywhere in these tables.
    engaged_views BIGINT CHECK (engaged_views >= 0),
    likes BIGINT NOT NULL CHECK (likes >= 0),
    comments BIGINT NOT NULL CHECK (comments >= 0),
    shares BIGINT NOT NULL CHECK (shares >= 0),
    watch_time_minutes NUMERIC(16, 2) CHECK (watch_time_minutes >= 0),
    impressions BIGINT CHECK (impressions >= 0),
    -- Impressions times click-through rate: sums exactly, so that the rate of any bucket is clicks / impressions.
    clicks NUMERIC(20, 4) CHECK (clicks >= 0),
    revenue_cents BIGINT CHECK (revenue_cents >= 0),
    retention_rate NUMERIC(5, 4) CHECK (retention_rate >= 0),
    -- The oldest and the newest definition of `views` in it: no growth is computed across two of them.
    first_definition VARCHAR(20) NOT NULL,
    last_definition VARCHAR(20) NOT NULL,
    PRIMARY KEY (video_id, day)
);
CREATE INDEX idx_video_metrics_daily_channel ON ytempire.video_metrics_daily (channel_id, day);
CREATE TABLE ytempire.channel_metrics_daily (
    channel_id UUID NOT NULL REFERENCES ytempire.channels,
    day DATE NOT NULL,
    -- The niche that the channel counts for; a channel that changed its niche is moved with all its buckets.
    niche VARCHAR(100) NOT NULL,
    videos INTEGER NOT NULL CHECK (videos >= 0),
    views BIGINT NOT NULL CHECK (views >= 0),
    engaged_views BIGINT CHECK (engaged_views >= 0),
    likes BIGINT NOT NULL CHECK (likes >= 0),
    comments BIGINT NOT NULL CHECK (comments >= 0),
    shares BIGINT NOT NULL CHECK (shares >= 0),
    watch_time_minutes NUMERIC(16, 2) CHECK (watch_time_minutes >= 0),
    impressions BIGINT CHECK (impressions >= 0),
    clicks NUMERIC(20, 4) CHECK (clicks >= 0),
    revenue_cents BIGINT CHECK (revenue_cents >= 0),
    first_definition VARCHAR(20) NOT NULL,
    last_definition VARCHAR(20) NOT NULL,
    PRIMARY KEY (channel_id, day)
);
CREATE INDEX idx_channel_metrics_daily_niche ON ytempire.channel_metrics_daily (day, niche);
CREATE TABLE ytempire.niche_metrics_daily (
    niche VARCHAR(100) NOT NULL,
    day DATE NOT NULL,
    channels INTEGER NOT NULL CHECK (channels >= 0),
    videos INTEGER NOT NULL CHECK (videos >= 0),
    views BIGINT NOT NULL CHECK (views >= 0),
    engaged_views BIGINT CHECK (engaged_views >= 0),
    likes BIGINT NOT NULL CHECK (likes >= 0),
    comments BIGINT NOT NULL CHECK (comments >= 0),
    shares BIGINT NOT NULL CHECK (shares >= 0),
    watch_time_minutes NUMERIC(16, 2) CHECK (watch_time_minutes >= 0),
    impressions BIGINT CHECK (impressions >= 0),
    clicks NUMERIC(20, 4) CHECK (clicks >= 0),
    revenue_cents BIGINT CHECK (revenue_cents >= 0),
    first_definition VARCHAR(20) NOT NULL,
    last_definition VARCHAR(20) NOT NULL,
    PRIMARY KEY (niche, day)
);

CREATE TABLE ytempire.video_metrics_weekly (
    video_id UUID NOT NULL REFERENCES ytempire.videos,
    week DATE NOT NULL CHECK (extract(isodow FROM week) = 1),
    channel_id UUID NOT NULL,
    views BIGINT NOT NULL CHECK (views >= 0),
    engaged_views BIGINT CHECK (engaged_views >= 0),
    likes BIGINT NOT NULL CHECK (likes >= 0),
    comments BIGINT NOT NULL CHECK (comments >= 0),
    shares BIGINT NOT NULL CHECK (shares >= 0),
    watch_time_minutes NUMERIC(16, 2) CHECK (watch_time_minutes >= 0),
    impressions BIGINT CHECK (impressions >= 0),
    clicks NUMERIC(20, 4) CHECK (clicks >= 0),
    revenue_cents BIGINT CHECK (revenue_cents >= 0),
    -- Days of the week on which the video has figures.
    days SMALLINT NOT NULL CHECK (days BETWEEN 1 AND 7),
    first_definition VARCHAR(20) NOT NULL,
    last_definition VARCHAR(20) NOT NULL,
    PRIMARY KEY (video_id, week)
);
CREATE INDEX idx_video_metrics_weekly_channel ON ytempire.video_metrics_weekly (channel_id, week);
CREATE TABLE ytempire.channel_metrics_weekly (
    channel_id UUID NOT NULL REFERENCES ytempire.channels,
    week DATE NOT NULL CHECK (extract(isodow FROM week) = 1),
    -- The niche that the channel counts for; a channel that changed its niche is moved with all its buckets.
    niche VARCHAR(100) NOT NULL,
    videos INTEGER NOT NULL CHECK (videos >= 0),
    views BIGINT NOT NULL CHECK (views >= 0),
    engaged_views BIGINT CHECK (engaged_views >= 0),
    likes BIGINT NOT NULL CHECK (likes >= 0),
    comments BIGINT NOT NULL CHECK (comments >= 0),
    shares BIGINT NOT NULL CHECK (shares >= 0),
    watch_time_minutes NUMERIC(16, 2) CHECK (watch_time_minutes >= 0),
    impressions BIGINT CHECK (impressions >= 0),
    clicks NUMERIC(20, 4) CHECK (clicks >= 0),
    revenue_cents BIGINT CHECK (revenue_cents >= 0),
    first_definition VARCHAR(20) NOT NULL,
    last_definition VARCHAR(20) NOT NULL,
    PRIMARY KEY (channel_id, week)
);
CREATE INDEX idx_channel_metrics_weekly_niche ON ytempire.channel_metrics_weekly (week, niche);
CREATE TABLE ytempire.niche_metrics_weekly (
    niche VARCHAR(100) NOT NULL,
    week DATE NOT NULL CHECK (extract(isodow FROM week) = 1),
    channels INTEGER NOT NULL CHECK (channels >= 0),
    videos INTEGER NOT NULL CHECK (videos >= 0),
    views BIGINT NOT NULL CHECK (views >= 0),
    engaged_views BIGINT CHECK (engaged_views >= 0),
    likes BIGINT NOT NULL CHECK (likes >= 0),
    comments BIGINT NOT NULL CHECK (comments >= 0),
    shares BIGINT NOT NULL CHECK (shares >= 0),
    watch_time_minutes NUMERIC(16, 2) CHECK (watch_time_minutes >= 0),
    impressions BIGINT CHECK (impressions >= 0),
    clicks NUMERIC(20, 4) CHECK (clicks >= 0),
    revenue_cents BIGINT CHECK (revenue_cents >= 0),
    first_definition VARCHAR(20) NOT NULL,
    last_definition VARCHAR(20) NOT NULL,
    PRIMARY KEY (niche, week)
);

-- Growth against the week before. Of `views` there is none across a change of its definition, be it between the weeks or
-- within one of them; engaged views have kept theirs.
CREATE VIEW ytempire.channel_growth_weekly AS
SELECT
    current.channel_id, current.week, current.views, current.engaged_views,
    CASE WHEN ARRAY[current.first_definition, before.first_definition, before.last_definition]
              = array_fill(current.last_definition, ARRAY[3])
         THEN round(current.views / nullif(before.views, 0)::numeric - 1, 6) END AS views_growth,
    round(current.engaged_views / nullif(before.engaged_views, 0)::numeric - 1, 6) AS engaged_views_growth
FROM ytempire.channel_metrics_weekly AS current
LEFT JOIN ytempire.channel_metrics_weekly AS before
    ON before.channel_id = current.channel_id AND before.week = current.week - 7;
CREATE VIEW ytempire.niche_growth_weekly AS
SELECT
    current.niche, current.week, current.views, current.engaged_views,
    CASE WHEN ARRAY[current.first_definition, before.first_definition, before.last_definition]
              = array_fill(current.last_definition, ARRAY[3])
         THEN round(current.views / nullif(before.views, 0)::numeric - 1, 6) END AS views_growth,
    round(current.engaged_views / nullif(before.engaged_views, 0)::numeric - 1, 6) AS engaged_views_growth
FROM ytempire.niche_metrics_weekly AS current
LEFT JOIN ytempire.niche_metrics_weekly AS before
    ON before.niche = current.niche AND before.week = current.week - 7;

-- What a channel earned on a day: kept longer than the figures around it.
CREATE TABLE ytempire.channel_revenue_daily (
    channel_id UUID NOT NULL REFERENCES ytempire.channels,
    day DATE NOT NULL,
    revenue_cents BIGINT NOT NULL CHECK (revenue_cents >= 0),
    PRIMARY KEY (channel_id, day)
);

-- Everything that is deleted because its time is over: written down before it is done, finished after it.
CREATE TABLE ytempire.deletions (
    deletion_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id VARCHAR(250) NOT NULL,
    policy VARCHAR(100) NOT NULL,
    -- What goes: a table, a chunk of one, or a file's address.
    subject TEXT NOT NULL,
    -- What is older than this goes.
    older_than TIMESTAMPTZ NOT NULL,
    planned_count BIGINT NOT NULL CHECK (planned_count >= 0),
    details JSONB NOT NULL DEFAULT '{}',
    planned_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    done_count BIGINT CHECK (done_count >= 0),
    done_at TIMESTAMPTZ,
    CHECK ((done_at IS NULL) = (done_count IS NULL))
);
-- A deletion that was cut short is taken up again under the same row.
CREATE UNIQUE INDEX idx_deletions_open ON ytempire.deletions (policy, subject) WHERE done_at IS NULL;
CREATE INDEX idx_deletions_done ON ytempire.deletions (done_at);

-- Where the files of finished jobs lie. A file is copied, compared, recorded and only then deleted where it was.
CREATE TABLE ytempire.stored_files (
    -- Below the root of its tier: jobs/<job_id>/...
    path TEXT PRIMARY KEY CHECK (path <> ''),
    job_id UUID NOT NULL REFERENCES ytempire.generation_jobs ON DELETE CASCADE,
    tier VARCHAR(10) NOT NULL CHECK (tier IN ('hot', 'warm', 'cold', 'deleted', 'lost')),
    -- The copy that counts, in full: roots that are changed in the settings later leave it findable.
    address TEXT NOT NULL,
    -- Set before the first byte is copied, until the copy is the one that counts.
    moving_to VARCHAR(10) CHECK (moving_to IN ('warm', 'cold', 'deleted')),
    target_address TEXT,
    -- A copy that counts no more and is still to be deleted.
    leftover_address TEXT,
    size_bytes BIGINT NOT NULL CHECK (size_bytes >= 0),
    sha256 VARCHAR(64),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    CHECK ((moving_to IN ('warm', 'cold')) IS TRUE = (target_address IS NOT NULL)),
    CHECK (tier NOT IN ('warm', 'cold') OR sha256 IS NOT NULL)
);
CREATE INDEX idx_stored_files_job ON ytempire.stored_files (job_id);
CREATE INDEX idx_stored_files_unfinished ON ytempire.stored_files (job_id)
    WHERE moving_to IS NOT NULL OR leftover_address IS NOT NULL;
