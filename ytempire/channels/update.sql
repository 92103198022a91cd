-- Write a channel's whole configuration. The caller holds the channel's row.
WITH channel AS (
    UPDATE ytempire.channels
    SET ({identity}) = (SELECT {identity} FROM jsonb_populate_record(NULL::ytempire.channels, %(identity)s)),
        revision = revision + 1
    WHERE channel_id = %(channel_id)s
)
UPDATE ytempire.channel_configurations
SET ({settings}) = (SELECT {settings} FROM jsonb_populate_record(NULL::ytempire.channel_configurations, %(settings)s))
WHERE channel_id = %(channel_id)s
