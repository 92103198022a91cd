INSERT INTO ytempire.channels (youtube_channel_id, channel_name, channel_handle, description, niche)
VALUES (%(youtube_channel_id)s, %(name)s, %(handle)s, %(description)s, %(niche)s)
ON CONFLICT (youtube_channel_id) DO NOTHING
RETURNING channel_id
