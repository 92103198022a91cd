-- The champion before the present one: kept, so that one can go back to it.
SELECT champion_before AS version
FROM ytempire.model_promotions
WHERE model_name = %(model_name)s AND alias = 'champion' AND champion_before IS NOT NULL
ORDER BY promotion_id DESC
LIMIT 1
