-- Channels with their configuration; every column of a configuration is a field of the model.
SELECT settings.*, channel.*, channel.channel_name AS name, channel.channel_handle AS handle
FROM ytempire.channels AS channel
JOIN ytempire.channel_configurations AS settings USING (channel_id)
WHERE (%(channel_id)s::uuid IS NULL OR channel.channel_id = %(channel_id)s)
  AND (%(named)s::text IS NULL
       OR %(named)s IN (channel.channel_name, channel.channel_id::text, channel.youtube_channel_id))
  AND (%(status)s::text IS NULL OR channel.status = %(status)s)
ORDER BY channel.created_at, channel.youtube_channel_id
