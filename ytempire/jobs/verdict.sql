-- The verdict on a job's video, which revision of it was judged, and what a person last decided about that very one.
SELECT details ->> 'verdict' AS verdict, details -> 'revisions' AS revisions,
       coalesce((details ->> 'revision')::int, 0) AS judged_revision,
       (SELECT approved FROM ytempire.quality_decisions AS decision
        WHERE decision.job_id = stage.job_id AND decision.artefact_key = stage.artefact_key
        ORDER BY decided_at DESC LIMIT 1) AS approved
FROM ytempire.job_stages AS stage
WHERE job_id = %(job_id)s AND stage = 'quality' AND status = 'succeeded'
