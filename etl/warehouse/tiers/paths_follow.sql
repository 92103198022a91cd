-- What the database says of a job's files: each path below the old place, at its new one.
WITH stages AS (
    UPDATE ytempire.job_stages
    SET artefact_path = CASE
            WHEN starts_with(artefact_path, %(old)s || '/')
            THEN %(new)s || substr(artefact_path, length(%(old)s) + 1)
            ELSE artefact_path
        END,
        details = replace(details::text, '"' || %(old)s || '/', '"' || %(new)s || '/')::jsonb
    WHERE job_id = %(job_id)s
      AND (starts_with(artefact_path, %(old)s || '/') OR position('"' || %(old)s || '/' IN details::text) > 0)
),
decisions AS (
    UPDATE ytempire.quality_decisions
    SET report_path = %(new)s || substr(report_path, length(%(old)s) + 1)
    WHERE job_id = %(job_id)s AND starts_with(report_path, %(old)s || '/')
)
UPDATE ytempire.video_variants AS variant
SET path = %(new)s || substr(variant.path, length(%(old)s) + 1)
FROM ytempire.videos AS video
WHERE video.video_id = variant.video_id AND video.job_id = %(job_id)s
  AND starts_with(variant.path, %(old)s || '/');
