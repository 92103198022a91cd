INSERT INTO ytempire.deletions AS open_one (run_id, policy, subject, older_than, planned_count, details)
VALUES (%(run_id)s, %(policy)s, %(subject)s, %(older_than)s, %(count)s, %(details)s)
ON CONFLICT (policy, subject) WHERE done_at IS NULL DO UPDATE SET
    run_id = excluded.run_id,
    older_than = excluded.older_than,
    planned_count = excluded.planned_count,
    details = excluded.details,
    planned_at = clock_timestamp()
RETURNING deletion_id;
