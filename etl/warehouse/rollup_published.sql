-- Of some channels those whose day may be published: it is not told by the bulk reports yet, or what they tell was held
-- against reports.query, in just these contents, and agreed.
SELECT wanted.channel_id
FROM unnest(%(channel_ids)s::uuid[]) AS wanted (channel_id)
WHERE NOT EXISTS (
    SELECT FROM ytempire.analytics_slices AS told
    LEFT JOIN ytempire.analytics_slices AS asked
        ON asked.channel_id = told.channel_id AND asked.day = told.day AND asked.report = 'video_daily'
    LEFT JOIN ytempire.analytics_reconciliations AS compared
        ON compared.channel_id = told.channel_id AND compared.day = told.day
    WHERE told.channel_id = wanted.channel_id AND told.day = %(bucket)s AND told.report = 'channel_basic_a3'
      AND told.status IN ('loaded', 'empty')
      AND (
          compared.state IN ('agreed', 'accepted')
          AND compared.reporting_sha256 = told.content_sha256
          AND compared.analytics_sha256 IS NOT DISTINCT FROM asked.content_sha256
      ) IS NOT TRUE
)
ORDER BY wanted.channel_id;
