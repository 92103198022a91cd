-- Who became champion by a rollout, with the live figures; the data it learned from is what its training logged.
INSERT INTO ytempire.model_promotions (
    model_name, version, alias, champion_before, reason, metrics, champion_metrics, data_hash
)
SELECT
    %(model_name)s::text, %(version)s::text, 'champion', %(champion_before)s, %(reason)s, %(metrics)s, NULL,
    coalesce((
        SELECT data_hash FROM ytempire.model_promotions
        WHERE model_name = %(model_name)s::text AND version = %(version)s::text
        ORDER BY promotion_id LIMIT 1
    ), 'unknown')
