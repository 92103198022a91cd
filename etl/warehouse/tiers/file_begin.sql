INSERT INTO ytempire.stored_files AS file (
    path, job_id, tier, address, moving_to, target_address, size_bytes, sha256
)
VALUES (
    %(path)s, %(job_id)s, %(tier)s, %(address)s, %(moving_to)s, %(target_address)s, %(size_bytes)s, %(sha256)s
)
ON CONFLICT (path) DO UPDATE SET
    tier = excluded.tier,
    address = excluded.address,
    moving_to = excluded.moving_to,
    target_address = excluded.target_address,
    size_bytes = excluded.size_bytes,
    sha256 = excluded.sha256,
    updated_at = clock_timestamp();
