-- Take a channel in with its configuration, or do nothing where its YouTube id is known already.
-- The lists of columns come from the model's fields; PostgreSQL turns the JSON into each column's type.
WITH channel AS (
    INSERT INTO ytempire.channels ({identity}, status, status_reason)
    SELECT {identity}, %(status)s, %(status_reason)s
    FROM jsonb_populate_record(NULL::ytempire.channels, %(identity)s)
    ON CONFLICT (youtube_channel_id) DO NOTHING
    RETURNING channel_id
)
INSERT INTO ytempire.channel_configurations (channel_id, {settings})
SELECT channel.channel_id, {settings}
FROM channel, jsonb_populate_record(NULL::ytempire.channel_configurations, %(settings)s) AS given
RETURNING channel_id
