-- What was decided about a version when it was trained; a retry finds it here and does not decide again.
SELECT alias, reason, champion_metrics
FROM ytempire.model_promotions
WHERE model_name = %(model_name)s AND version = %(version)s AND data_hash = %(data_hash)s
ORDER BY promotion_id
LIMIT 1
