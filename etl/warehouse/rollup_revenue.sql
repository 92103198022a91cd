-- What some channels earned on a day, where we may see it.
WITH cleared AS (
    DELETE FROM ytempire.channel_revenue_daily AS revenue
    WHERE day = %(bucket)s AND channel_id = ANY(%(channel_ids)s)
      AND NOT EXISTS (
          SELECT FROM ytempire.channel_metrics_daily AS bucket
          WHERE bucket.channel_id = revenue.channel_id AND bucket.day = revenue.day
            AND bucket.revenue_cents IS NOT NULL
      )
)
INSERT INTO ytempire.channel_revenue_daily AS revenue (channel_id, day, revenue_cents)
SELECT channel_id, day, revenue_cents
FROM ytempire.channel_metrics_daily
WHERE day = %(bucket)s AND channel_id = ANY(%(channel_ids)s) AND revenue_cents IS NOT NULL
ON CONFLICT (channel_id, day) DO UPDATE SET revenue_cents = excluded.revenue_cents
WHERE revenue.revenue_cents <> excluded.revenue_cents;
