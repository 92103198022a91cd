-- Versions that the registry must keep although they may have no alias: those that a rollout compares, and the
-- champion before the present one, to which one can go back.
SELECT unnest(ARRAY[version, champion_version]) AS version
FROM ytempire.model_rollouts
WHERE model_name = %(model_name)s AND state IN ('running', 'promoting')
UNION
(
    SELECT champion_before
    FROM ytempire.model_promotions
    WHERE model_name = %(model_name)s AND alias = 'champion' AND champion_before IS NOT NULL
    ORDER BY promotion_id DESC
    LIMIT 1
)
