-- The job is worked on again: its files stay where they are, the copies are left over.
UPDATE ytempire.stored_files
SET moving_to = NULL,
    leftover_address = target_address,
    target_address = NULL,
    updated_at = clock_timestamp()
WHERE job_id = %(job_id)s AND moving_to IN ('warm', 'cold');
