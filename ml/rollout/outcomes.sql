-- Views of videos over their first days, of the channels of a rollout: those that it made, with their side, and the
-- earlier ones of the same channels without. Only videos whose days are over and have been told by YouTube.
WITH dated AS (
    SELECT
        v.video_id, v.channel_id, (v.published_at AT TIME ZONE 'America/Los_Angeles')::date AS published_on,
        CASE WHEN j.rollout_id = %(rollout_id)s THEN j.rollout_arm END AS arm
    FROM ytempire.videos AS v
    JOIN ytempire.generation_jobs AS j USING (job_id)
    WHERE v.published_at IS NOT NULL
        AND v.channel_id IN (SELECT channel_id FROM ytempire.generation_jobs WHERE rollout_id = %(rollout_id)s)
)
SELECT dated.channel_id, dated.arm, ln(1 + sum(daily.views))::double precision AS log_views
FROM dated
JOIN ytempire.video_metrics_daily AS daily USING (video_id)
WHERE (dated.arm IS NOT NULL OR published_on < %(started_on)s)
    AND published_on + %(days)s + %(wait)s <= %(today)s
    AND daily.day < published_on + %(days)s
GROUP BY dated.video_id, dated.channel_id, dated.arm
ORDER BY dated.video_id
