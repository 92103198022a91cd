INSERT INTO ytempire.quality_examples AS kept (
    job_id, channel_id, title, encoder, story, metadata, transcript, numbers
)
SELECT %(job_id)s, channel_id, %(title)s, %(encoder)s, %(story)s, %(metadata)s, %(transcript)s, %(numbers)s
FROM ytempire.generation_jobs
WHERE job_id = %(job_id)s
ON CONFLICT (job_id) DO UPDATE
SET title = excluded.title, encoder = excluded.encoder, story = excluded.story, metadata = excluded.metadata,
    transcript = excluded.transcript, numbers = excluded.numbers, updated_at = clock_timestamp()
