INSERT INTO ytempire.model_promotions (
    model_name, version, alias, champion_before, reason, metrics, champion_metrics, data_hash
)
VALUES (
    %(model_name)s, %(version)s, %(alias)s, %(champion_before)s, %(reason)s,
    %(metrics)s, %(champion_metrics)s, %(data_hash)s
)
