-- Active channels with a free slot on a Pacific day, and how many of its slots are taken.
SELECT c.channel_id, c.niche, k.videos_per_day, k.priority, count(j.job_id)::int AS taken
FROM ytempire.channels c
JOIN ytempire.channel_configurations k USING (channel_id)
LEFT JOIN ytempire.generation_jobs j ON j.channel_id = c.channel_id AND j.day = %(day)s
WHERE c.status = 'active'
GROUP BY c.channel_id, c.niche, k.videos_per_day, k.priority
HAVING count(j.job_id) < k.videos_per_day
ORDER BY k.priority DESC, c.created_at
