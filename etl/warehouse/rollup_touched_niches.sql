-- The niches whose bucket may change: those that the channels count for in it, and those that they have now.
SELECT niche FROM {channels} WHERE {bucket} = %(bucket)s AND channel_id = ANY(%(channel_ids)s)
UNION
SELECT niche FROM ytempire.channels WHERE channel_id = ANY(%(channel_ids)s);
