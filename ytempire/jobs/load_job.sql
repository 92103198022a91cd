SELECT j.job_id, j.status, j.revision, j.revise_for, c.channel_id, c.channel_name, c.status AS channel_status, c.niche,
       k.language, k.voice, k.style_preset, k.palette, k.aspect_ratio, k.region_codes, k.made_for_kids, k.credentials_id, k.privacy_status,
       t.topic_id, t.title, t.reason, t.score, t.ranked_by, t.first_seen_at, t.evidence
FROM ytempire.generation_jobs j
JOIN ytempire.channels c USING (channel_id)
JOIN ytempire.channel_configurations k USING (channel_id)
JOIN ytempire.topics t USING (topic_id)
WHERE j.job_id = %(job_id)s
