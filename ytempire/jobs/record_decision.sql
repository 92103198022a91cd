-- A person's decision, beside what the person was shown.
INSERT INTO ytempire.quality_decisions AS known
    (job_id, decided_at, decided_by, approved, score, scorer, reasons, artefact_key, report_path)
SELECT job_id, %(decided_at)s, %(decided_by)s, %(approved)s, (details ->> 'score')::numeric, provider,
       coalesce(details ->> 'summary', ''), artefact_key, artefact_path
FROM ytempire.job_stages
WHERE job_id = %(job_id)s AND stage = 'quality' AND status = 'succeeded'
ON CONFLICT (job_id, decided_at) DO UPDATE SET approved = excluded.approved, decided_by = excluded.decided_by
