INSERT INTO ytempire.alerts AS alert (kind, subject, severity, message)
VALUES (%(kind)s, %(subject)s, %(severity)s, %(message)s)
ON CONFLICT (kind, subject) WHERE resolved_at IS NULL DO UPDATE
    SET message = EXCLUDED.message, severity = EXCLUDED.severity, times = alert.times + 1,
        last_raised_at = clock_timestamp()
RETURNING times = 1 AS opened
