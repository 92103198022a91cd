-- One look a version and day; a second one of the same day takes its place.
INSERT INTO ytempire.model_drift (
    model_name, version, day, reference_rows, current_rows, feature_count, drifted, drifted_share,
    prediction_distance, live_brier, tested_brier, exceeded, reason, report
)
VALUES (
    %(model_name)s, %(version)s, %(day)s, %(reference_rows)s, %(current_rows)s, %(feature_count)s, %(drifted)s,
    %(drifted_share)s, %(prediction_distance)s, %(live_brier)s, %(tested_brier)s, %(exceeded)s, %(reason)s, %(report)s
)
ON CONFLICT (model_name, version, day) DO UPDATE SET
    reference_rows = excluded.reference_rows,
    current_rows = excluded.current_rows,
    feature_count = excluded.feature_count,
    drifted = excluded.drifted,
    drifted_share = excluded.drifted_share,
    prediction_distance = excluded.prediction_distance,
    live_brier = excluded.live_brier,
    tested_brier = excluded.tested_brier,
    exceeded = excluded.exceeded,
    reason = excluded.reason,
    report = excluded.report,
    measured_at = clock_timestamp()
