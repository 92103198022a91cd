-- The videos of a niche that are watched now: in the latest chart of a country or told of by a feed, and of
-- one of the niche's categories, or a recent upload of a channel on its watch list. Our own are left out.
WITH latest AS (
    SELECT region_code, max(fetched_at) AS fetched_at
    FROM ytempire.trend_snapshots
    WHERE source = 'chart' AND fetched_at <= %(now)s
      AND fetched_at > %(now)s - make_interval(hours => %(window_hours)s)
    GROUP BY region_code
),
charting AS (
    SELECT
        snapshot.youtube_video_id,
        min(snapshot.rank) AS best_rank,
        array_agg(snapshot.region_code ORDER BY snapshot.rank, snapshot.region_code) AS regions
    FROM ytempire.trend_snapshots AS snapshot
    JOIN latest USING (region_code, fetched_at)
    WHERE snapshot.source = 'chart'
    GROUP BY snapshot.youtube_video_id
),
told AS (
    SELECT youtube_video_id, array_agg(DISTINCT source::text) AS sources
    FROM ytempire.trend_snapshots
    WHERE source <> 'chart' AND fetched_at <= %(now)s
      AND fetched_at > %(now)s - make_interval(hours => %(window_hours)s)
    GROUP BY youtube_video_id
),
chosen AS (
    SELECT
        video.*, charting.best_rank, coalesce(charting.regions, '{}') AS regions,
        coalesce(told.sources, '{}') || CASE WHEN charting.best_rank IS NULL THEN '{}' ELSE '{chart}'::text[] END
            AS sources
    FROM ytempire.trend_videos AS video
    LEFT JOIN charting USING (youtube_video_id)
    LEFT JOIN told USING (youtube_video_id)
    WHERE btrim(video.title) <> ''
      AND (
          (
              (charting.youtube_video_id IS NOT NULL OR 'feed' = ANY(told.sources))
              AND video.category_id = ANY(%(category_ids)s)
          )
          OR ('watch_list' = ANY(told.sources) AND video.youtube_channel_id = ANY(%(watch_list)s))
      )
      AND NOT EXISTS (
          SELECT FROM ytempire.channels
          WHERE channels.youtube_channel_id = video.youtube_channel_id
      )
)
SELECT
    chosen.youtube_video_id, chosen.title, coalesce(chosen.channel_title, '') AS channel_title,
    chosen.category_id, chosen.published_at, chosen.duration_seconds, chosen.best_rank, chosen.regions, chosen.sources,
    last.fetched_at AS last_at, last.views, last.likes, last.comments,
    before.fetched_at AS before_at, before.views AS before_views,
    oldest.fetched_at AS oldest_at, oldest.views AS oldest_views,
    middle.fetched_at AS middle_at, middle.views AS middle_views
FROM chosen
CROSS JOIN LATERAL (
    SELECT fetched_at, views, likes, comments
    FROM ytempire.trend_snapshots AS snapshot
    WHERE snapshot.youtube_video_id = chosen.youtube_video_id AND views IS NOT NULL
      AND fetched_at <= %(now)s AND fetched_at > %(now)s - make_interval(hours => %(window_hours)s)
    ORDER BY fetched_at DESC, views DESC
    LIMIT 1
) AS last
-- The observation before it. Those of other countries in the same round are too close to compare.
LEFT JOIN LATERAL (
    SELECT fetched_at, views
    FROM ytempire.trend_snapshots AS snapshot
    WHERE snapshot.youtube_video_id = chosen.youtube_video_id AND views IS NOT NULL
      AND fetched_at <= last.fetched_at - make_interval(mins => %(gap_minutes)s)
      AND fetched_at > %(now)s - make_interval(hours => %(window_hours)s)
    ORDER BY fetched_at DESC, views DESC
    LIMIT 1
) AS before ON true
LEFT JOIN LATERAL (
    SELECT fetched_at, views
    FROM ytempire.trend_snapshots AS snapshot
    WHERE snapshot.youtube_video_id = chosen.youtube_video_id AND views IS NOT NULL
      AND fetched_at >= last.fetched_at - INTERVAL '24 hours'
      AND fetched_at <= last.fetched_at - make_interval(mins => %(gap_minutes)s)
    ORDER BY fetched_at, views
    LIMIT 1
) AS oldest ON true
-- The observation nearest to halfway between the two: before and after it the speed is compared.
LEFT JOIN LATERAL (
    SELECT fetched_at, views
    FROM ytempire.trend_snapshots AS snapshot
    WHERE snapshot.youtube_video_id = chosen.youtube_video_id AND views IS NOT NULL
      AND fetched_at >= oldest.fetched_at + make_interval(mins => %(gap_minutes)s)
      AND fetched_at <= last.fetched_at - make_interval(mins => %(gap_minutes)s)
    ORDER BY abs(extract(epoch FROM (fetched_at - oldest.fetched_at) - (last.fetched_at - fetched_at))), views
    LIMIT 1
) AS middle ON true
ORDER BY chosen.youtube_video_id;
