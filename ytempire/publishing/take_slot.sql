-- The first of the moments offered that is free, on a day that has not had its number yet.
WITH offered AS (
    SELECT publish_at, slot_day FROM unnest(%(moments)s::timestamptz[], %(days)s::date[]) AS slot (publish_at, slot_day)
), other AS (
    SELECT publish_at, slot_day FROM ytempire.uploads
    WHERE channel_id = %(channel_id)s AND upload_id <> %(upload_id)s AND publish_at IS NOT NULL
), free AS (
    SELECT publish_at, slot_day FROM offered
    WHERE publish_at NOT IN (SELECT publish_at FROM other)
      AND (%(per_day)s::int IS NULL
           OR (SELECT count(*) FROM other WHERE other.slot_day = offered.slot_day) < %(per_day)s)
    ORDER BY publish_at
    LIMIT 1
)
UPDATE ytempire.uploads AS upload
SET publish_at = free.publish_at, slot_day = free.slot_day
FROM free
WHERE upload.upload_id = %(upload_id)s
