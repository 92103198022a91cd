-- Moves channels' buckets of a day or week to the niche that they have now; returns every niche that it touches.
WITH moved AS (
    SELECT bucket.channel_id, bucket.niche AS niche_left, channels.niche
    FROM {channels} AS bucket
    JOIN ytempire.channels USING (channel_id)
    WHERE bucket.{bucket} = %(bucket)s AND bucket.niche <> channels.niche
    FOR UPDATE OF bucket
),
done AS (
    UPDATE {channels} AS bucket SET niche = moved.niche
    FROM moved
    WHERE bucket.channel_id = moved.channel_id AND bucket.{bucket} = %(bucket)s
)
SELECT niche FROM moved UNION SELECT niche_left FROM moved;
