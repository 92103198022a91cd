INSERT INTO ytempire.channel_consents
    (channel_id, event, youtube_channel_id, client_id, scopes, recorded_by, reason)
VALUES
    (%(channel_id)s, %(event)s, %(youtube_channel_id)s, %(client_id)s, %(scopes)s, %(recorded_by)s, %(reason)s)
RETURNING *
