SELECT
    channels.niche AS name,
    coalesce((
        SELECT array_agg(DISTINCT category ORDER BY category)
        FROM ytempire.channel_configurations AS part
        JOIN ytempire.channels AS other USING (channel_id), unnest(part.category_ids) AS category
        WHERE other.niche = channels.niche AND other.status = 'active'
    ), '{}') AS category_ids,
    coalesce((
        SELECT array_agg(DISTINCT watched::text ORDER BY watched::text)
        FROM ytempire.channel_configurations AS part
        JOIN ytempire.channels AS other USING (channel_id), unnest(part.watch_list) AS watched
        WHERE other.niche = channels.niche AND other.status = 'active'
    ), '{}') AS watch_list,
    coalesce((
        SELECT array_agg(DISTINCT region::text ORDER BY region::text)
        FROM ytempire.channel_configurations AS part
        JOIN ytempire.channels AS other USING (channel_id), unnest(part.region_codes) AS region
        WHERE other.niche = channels.niche AND other.status = 'active'
    ), '{}') AS region_codes
FROM ytempire.channels
WHERE channels.status = 'active'
GROUP BY channels.niche
ORDER BY channels.niche;
