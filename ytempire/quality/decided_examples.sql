-- Every video that a person decided about, with the newest decision about it; the oldest decisions first.
SELECT example.*, newest.approved
FROM (
    SELECT DISTINCT ON (job_id) job_id, approved, decided_at
    FROM ytempire.quality_decisions
    ORDER BY job_id, decided_at DESC
) newest
JOIN ytempire.quality_examples example USING (job_id)
WHERE example.encoder = %(encoder)s
ORDER BY newest.decided_at, job_id
