-- The verdict on a job's video, and which revision of it was judged.
SELECT details ->> 'verdict' AS verdict, details -> 'revisions' AS revisions,
       coalesce((details ->> 'revision')::int, 0) AS judged_revision
FROM ytempire.job_stages
WHERE job_id = %(job_id)s AND stage = 'quality' AND status = 'succeeded'
