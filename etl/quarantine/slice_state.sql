-- Where a day of a channel stands that rows in quarantine belong to: which answer is loaded, whether all of its rows
-- are in quarantine, and how many of them wait.
SELECT
    (
        SELECT fetched_at FROM ytempire.analytics_slices
        WHERE channel_id = %(channel_id)s AND report = %(report)s AND day = %(day)s
    ) AS loaded_fetched_at,
    EXISTS (
        SELECT FROM ytempire.staging_slices
        WHERE batch_id = %(batch_id)s AND channel_id = %(channel_id)s AND report = %(report)s AND day = %(day)s
          AND validated_at IS NOT NULL AND row_count = quarantined_count
    ) AS all_in_quarantine,
    (
        SELECT count(*)::integer FROM ytempire.quarantined_rows
        WHERE source = %(report)s AND batch_id = %(batch_id)s AND channel_id = %(channel_id)s
          AND payload ->> 'day' = %(day)s::date::text AND outcome IS NULL
    ) AS waiting;
