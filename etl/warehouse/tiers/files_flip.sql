-- The copies are the ones that count now; the old ones are left over.
UPDATE ytempire.stored_files
SET tier = moving_to,
    leftover_address = address,
    address = target_address,
    moving_to = NULL,
    target_address = NULL,
    updated_at = clock_timestamp()
WHERE job_id = %(job_id)s AND moving_to IN ('warm', 'cold');
