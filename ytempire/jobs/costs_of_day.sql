-- What each channel has spent on a Pacific day, by state and by provider; channels that spent nothing too.
SELECT c.channel_id, c.channel_name AS channel,
       coalesce(k.daily_budget_usd, %(channel_daily_usd)s::numeric) AS budget_usd,
       coalesce(sum(l.counted_usd), 0) AS spent_usd,
       coalesce(sum(l.counted_usd) FILTER (WHERE l.state = 'reserved'), 0) AS reserved_usd,
       coalesce(sum(l.counted_usd) FILTER (WHERE l.state = 'lost'), 0) AS lost_usd,
       count(DISTINCT l.job_id) FILTER (WHERE l.counted_usd > 0) AS videos,
       coalesce((
           SELECT jsonb_object_agg(provider, usd ORDER BY usd DESC) FROM (
               SELECT provider, sum(counted_usd) AS usd FROM ytempire.cost_ledger
               WHERE channel_id = c.channel_id AND day = %(day)s AND state <> 'released' GROUP BY provider
           ) AS by_provider), '{}') AS providers
FROM ytempire.channels c
LEFT JOIN ytempire.channel_configurations k USING (channel_id)
LEFT JOIN ytempire.cost_ledger l ON l.channel_id = c.channel_id AND l.day = %(day)s
WHERE c.status <> 'archived' OR l.job_id IS NOT NULL
GROUP BY c.channel_id, c.channel_name, k.daily_budget_usd
ORDER BY spent_usd DESC, c.channel_name
