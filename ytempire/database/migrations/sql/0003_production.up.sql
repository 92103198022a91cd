-- A job's stages and artefacts, the ledgers of what is spent and of what is sent, and what people decided.

CREATE TABLE ytempire.job_stages (
    job_id UUID NOT NULL REFERENCES ytempire.generation_jobs ON DELETE CASCADE,
    stage VARCHAR(50) NOT NULL,
    status VARCHAR(20) NOT NULL CHECK (status IN ('running', 'succeeded', 'failed')),
    -- Hash of the stage's inputs: a stage whose key has succeeded is not done again.
    artefact_key VARCHAR(64) NOT NULL,
    artefact_path TEXT,
    artefact_blake3 VARCHAR(64),
    provider VARCHAR(100),
    details JSONB NOT NULL DEFAULT '{}',
    attempts INTEGER NOT NULL DEFAULT 1 CHECK (attempts >= 1),
    error_message TEXT,
    started_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    finished_at TIMESTAMPTZ CHECK (finished_at >= started_at),
    PRIMARY KEY (job_id, stage),
    CHECK (status <> 'succeeded' OR finished_at IS NOT NULL)
);

-- Every paid call is reserved before it is made and settled from the provider's own figures.
CREATE TABLE ytempire.cost_ledger (
    entry_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id UUID NOT NULL REFERENCES ytempire.generation_jobs,
    channel_id UUID NOT NULL REFERENCES ytempire.channels,
    stage VARCHAR(50) NOT NULL,
    provider VARCHAR(100) NOT NULL,
    -- Names the call, and its try: the same call of the same stage and inputs is paid once.
    call_key VARCHAR(200) NOT NULL UNIQUE,
    -- Lost: its worker died before the answer was kept. The provider may have charged for it.
    state VARCHAR(20) NOT NULL CHECK (state IN ('reserved', 'settled', 'released', 'lost')),
    estimated_usd NUMERIC(12, 6) NOT NULL CHECK (estimated_usd >= 0),
    actual_usd NUMERIC(12, 6) CHECK (actual_usd >= 0),
    -- What the entry takes of every budget.
    counted_usd NUMERIC(12, 6) NOT NULL GENERATED ALWAYS AS (
        CASE WHEN state = 'released' THEN 0 ELSE coalesce(actual_usd, estimated_usd) END) STORED,
    usage JSONB NOT NULL DEFAULT '{}',
    -- Pacific day of the reservation: the day whose budget it takes from.
    day DATE NOT NULL,
    reserved_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    settled_at TIMESTAMPTZ,
    CHECK ((state = 'settled') = (actual_usd IS NOT NULL))
);
CREATE INDEX idx_cost_job ON ytempire.cost_ledger (job_id);
CREATE INDEX idx_cost_day ON ytempire.cost_ledger (day, channel_id) INCLUDE (counted_usd);

-- What people decided about the videos that were left to them: labels for the quality model.
CREATE TABLE ytempire.quality_decisions (
    job_id UUID NOT NULL REFERENCES ytempire.generation_jobs ON DELETE CASCADE,
    -- A decision that is asked for again is another row; the newest counts.
    decided_at TIMESTAMPTZ NOT NULL,
    decided_by VARCHAR(250) NOT NULL CHECK (decided_by <> ''),
    approved BOOLEAN NOT NULL,
    -- What the person was shown: the score, who gave it, and why it was left to a person.
    score NUMERIC(5, 2) NOT NULL CHECK (score BETWEEN 0 AND 100),
    scorer VARCHAR(100) NOT NULL,
    reasons TEXT NOT NULL,
    -- The stage `quality` whose report this decision labels.
    artefact_key VARCHAR(64) NOT NULL,
    report_path TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, decided_at)
);

-- Buckets of YouTube quota by Pacific day.
CREATE TABLE ytempire.quota_buckets (
    bucket VARCHAR(50) NOT NULL,
    day DATE NOT NULL,
    quota_limit INTEGER NOT NULL CHECK (quota_limit >= 0),
    used INTEGER NOT NULL DEFAULT 0 CHECK (used >= 0),
    exhausted_at TIMESTAMPTZ,
    PRIMARY KEY (bucket, day),
    CHECK (used <= quota_limit)
);
CREATE TABLE ytempire.quota_ledger (
    entry_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bucket VARCHAR(50) NOT NULL,
    day DATE NOT NULL,
    method VARCHAR(100) NOT NULL,
    units INTEGER NOT NULL CHECK (units >= 0),
    state VARCHAR(20) NOT NULL CHECK (state IN ('reserved', 'settled', 'released')),
    channel_id UUID REFERENCES ytempire.channels,
    at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    settled_at TIMESTAMPTZ,
    FOREIGN KEY (bucket, day) REFERENCES ytempire.quota_buckets
);
CREATE INDEX idx_quota_ledger_day ON ytempire.quota_ledger (day, bucket);

-- One row a job that is to be published. The session is written here before the first byte is sent.
CREATE TABLE ytempire.uploads (
    upload_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    job_id UUID NOT NULL UNIQUE REFERENCES ytempire.generation_jobs,
    video_id UUID NOT NULL UNIQUE REFERENCES ytempire.videos,
    channel_id UUID NOT NULL REFERENCES ytempire.channels,
    -- Stands in the description's last line: by it an upload with a lost answer is found again.
    marker VARCHAR(64) NOT NULL UNIQUE,
    status VARCHAR(20) NOT NULL DEFAULT 'pending' CHECK (status IN (
        'pending', 'deferred', 'uploading', 'uploaded', 'scheduled', 'published', 'failed')),
    -- Below the media root of whichever machine goes on with it.
    media_path TEXT NOT NULL CHECK (media_path <> '' AND media_path !~ '^/'),
    media_blake3 VARCHAR(64) NOT NULL,
    total_bytes BIGINT NOT NULL CHECK (total_bytes > 0),
    sent_bytes BIGINT NOT NULL DEFAULT 0 CHECK (sent_bytes >= 0 AND sent_bytes <= total_bytes),
    -- Always sent and read back: YouTube takes a missing privacy status for public.
    privacy_status VARCHAR(10) NOT NULL CHECK (privacy_status IN ('public', 'unlisted', 'private')),
    made_for_kids BOOLEAN NOT NULL,
    synthetic_media BOOLEAN NOT NULL DEFAULT true,
    -- The slot: until it the video is private, then YouTube makes it public. slot_day is its date in its own zone.
    publish_at TIMESTAMPTZ,
    slot_day DATE,
    session_uri TEXT,
    session_created_at TIMESTAMPTZ,
    -- Set before the last bytes of the session are sent: only after it can the video exist.
    last_bytes_at TIMESTAMPTZ,
    youtube_video_id VARCHAR(50) UNIQUE,
    -- When YouTube was last seen to keep the flags that were sent.
    checked_at TIMESTAMPTZ,
    -- Of the picture, written before it is sent: only after it can a lost answer have left it there.
    thumbnail_blake3 VARCHAR(64),
    thumbnail_set_at TIMESTAMPTZ,
    -- Set before the captions are sent: only after it can a lost answer have left some behind.
    captions_started_at TIMESTAMPTZ,
    captions_id VARCHAR(100),
    -- Set before the video is put into the playlist, for the same reason.
    playlist_id VARCHAR(100),
    playlist_started_at TIMESTAMPTZ,
    playlist_item_id VARCHAR(200),
    -- Kept until the video is published, so that the queue finds again what was dropped on the way.
    not_before TIMESTAMPTZ,
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    error_message TEXT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    CHECK (status <> 'uploading' OR session_uri IS NOT NULL),
    CHECK (status NOT IN ('uploaded', 'scheduled', 'published') OR youtube_video_id IS NOT NULL),
    CHECK (status <> 'deferred' OR not_before IS NOT NULL),
    CHECK (status <> 'scheduled' OR publish_at IS NOT NULL),
    CHECK ((publish_at IS NULL) = (slot_day IS NULL)),
    CHECK (publish_at IS NULL OR privacy_status = 'public'),
    -- A slot is taken once.
    UNIQUE (channel_id, publish_at)
);
CREATE INDEX idx_uploads_status ON ytempire.uploads (status, not_before);
-- What the channels claim of a day is counted before each upload: only of what is not over yet.
CREATE INDEX idx_uploads_open ON ytempire.uploads (channel_id) WHERE status NOT IN ('scheduled', 'published', 'failed');
CREATE TRIGGER uploads_touch BEFORE UPDATE ON ytempire.uploads
    FOR EACH ROW EXECUTE FUNCTION ytempire.touch_updated_at();

-- Titles and thumbnails that a video may be shown with; it is published with those called a.
CREATE TABLE ytempire.video_variants (
    video_id UUID NOT NULL REFERENCES ytempire.videos ON DELETE CASCADE,
    kind VARCHAR(10) NOT NULL CHECK (kind IN ('title', 'thumbnail')),
    name VARCHAR(1) NOT NULL CHECK (name BETWEEN 'a' AND 'z'),
    title VARCHAR(500) CHECK (title <> ''),
    -- Of a thumbnail: its file, below the media root unless absolute, and the file's hash.
    path TEXT,
    blake3 VARCHAR(64),
    PRIMARY KEY (video_id, kind, name),
    CHECK ((kind = 'title') = (title IS NOT NULL)),
    CHECK ((kind = 'thumbnail') = (path IS NOT NULL AND blake3 IS NOT NULL))
);

-- Which variant was shown from when to when; a swap is written here before it is done.
CREATE TABLE ytempire.video_variant_showings (
    showing_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id UUID NOT NULL,
    kind VARCHAR(10) NOT NULL,
    name VARCHAR(1) NOT NULL,
    -- Replaced: another one was asked for before this was known to be shown. Refused: YouTube does not take it.
    state VARCHAR(10) NOT NULL CHECK (state IN ('asked', 'shown', 'replaced', 'refused')),
    asked_by VARCHAR(200) NOT NULL CHECK (asked_by <> ''),
    asked_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    -- Before the first request to YouTube that may have had an effect.
    started_at TIMESTAMPTZ,
    -- From YouTube's word that it is shown until the next swap was started: between the two nobody knows.
    shown_from TIMESTAMPTZ,
    shown_until TIMESTAMPTZ,
    not_before TIMESTAMPTZ,
    error_message TEXT,
    FOREIGN KEY (video_id, kind, name) REFERENCES ytempire.video_variants ON DELETE CASCADE,
    CHECK ((state = 'shown') = (shown_from IS NOT NULL)),
    CHECK (shown_until >= shown_from)
);
CREATE UNIQUE INDEX idx_showings_asked ON ytempire.video_variant_showings (video_id, kind) WHERE state = 'asked';
CREATE UNIQUE INDEX idx_showings_shown ON ytempire.video_variant_showings (video_id, kind)
    WHERE state = 'shown' AND shown_until IS NULL;

-- Whoever records that a video is published records with it what it is shown with.
CREATE FUNCTION ytempire.begin_showings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ytempire.video_variant_showings (video_id, kind, name, state, asked_by, asked_at, shown_from)
    SELECT variant.video_id, variant.kind, variant.name, 'shown', 'publishing', now(), NEW.published_at
    FROM ytempire.video_variants AS variant
    LEFT JOIN ytempire.uploads AS upload ON upload.video_id = variant.video_id
    WHERE variant.video_id = NEW.video_id AND variant.name = 'a'
      AND (variant.kind = 'title' OR upload.thumbnail_set_at IS NOT NULL)
      AND NOT EXISTS (
        SELECT FROM ytempire.video_variant_showings AS earlier
        WHERE earlier.video_id = variant.video_id AND earlier.kind = variant.kind);
    RETURN NULL;
END $$;
CREATE TRIGGER videos_begin_showings AFTER UPDATE OF status ON ytempire.videos
    FOR EACH ROW WHEN (NEW.status = 'published' AND OLD.status <> 'published')
    EXECUTE FUNCTION ytempire.begin_showings();

-- The playlists that collect a channel's videos, by the title that its configuration names.
CREATE TABLE ytempire.channel_playlists (
    channel_id UUID NOT NULL REFERENCES ytempire.channels ON DELETE CASCADE,
    title VARCHAR(150) NOT NULL CHECK (title <> ''),
    -- NULL: about to be created; a lost answer may have left one.
    playlist_id VARCHAR(100) UNIQUE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (channel_id, title)
);

-- What the quality model saw of a video: by it retellings are found, and people's decisions are learned from.
-- Embeddings are 384 little-endian floats of four bytes.
CREATE TABLE ytempire.quality_examples (
    job_id UUID PRIMARY KEY REFERENCES ytempire.generation_jobs ON DELETE CASCADE,
    channel_id UUID NOT NULL REFERENCES ytempire.channels,
    title VARCHAR(500) NOT NULL,
    encoder VARCHAR(100) NOT NULL,
    story BYTEA NOT NULL CHECK (octet_length(story) = 1536),
    metadata BYTEA NOT NULL CHECK (octet_length(metadata) = 1536),
    transcript BYTEA NOT NULL CHECK (octet_length(transcript) = 1536),
    numbers JSONB NOT NULL,
    -- Kept when a video is judged again: earlier stays earlier.
    first_seen_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX idx_quality_examples_channel ON ytempire.quality_examples (channel_id, first_seen_at DESC);
