"""Error answers of the methods that we use, with Google's own texts, in the older and the newer form of the body.

https://developers.google.com/youtube/v3/docs/errors and the error tables of the methods' own pages.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from ytempire.errors import (
    CredentialsRevoked,
    Deferred,
    NotAttempted,
    NotFound,
    QuotaExhausted,
    RequestRefused,
    Retriable,
    YtempireError,
)

STATUS_NAMES = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 408: "CANCELLED",
    409: "ABORTED", 410: "NOT_FOUND", 413: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL",
    502: "UNAVAILABLE", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """An answer to a method, and the branch of our tree that it belongs to."""

    method: str
    status: int
    reason: str
    domain: str
    message: str
    expected: type[YtempireError]

    def __str__(self) -> str:
        return f"{self.method}-{self.status}-{self.reason}"

    def older(self) -> bytes:
        item = {"message": self.message, "domain": self.domain, "reason": self.reason}
        return json.dumps({"error": {"code": self.status, "message": self.message, "errors": [item]}}).encode()

    def newer(self, **metadata: str) -> bytes:
        information: dict[str, Any] = {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.reason).upper(),
            "domain": "youtube.googleapis.com",
        }
        if metadata:
            information["metadata"] = metadata
        error = {
            "code": self.status,
            "message": self.message,
            "status": STATUS_NAMES[self.status],
            "details": [information],
        }
        return json.dumps({"error": error}).encode()


QUOTA = 'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">'
UPLOADS_A_DAY = (
    "Quota exceeded for quota metric 'Video Uploads' and limit 'Video Uploads per day' of service "
    "'youtube.googleapis.com' for consumer 'project_number:1234567890'."
)
QUERIES_A_MINUTE = (
    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service "
    "'youtube.googleapis.com' for consumer 'project_number:1234567890'."
)
ACCOUNT = "The YouTube account of the authenticated user is "

_LIMITS = [
    ("videos.list", 403, "quotaExceeded", "youtube.quota", f"{QUOTA}quota</a>.", QuotaExhausted),
    ("search.list", 403, "quotaExceeded", "youtube.quota", f"{QUOTA}quota</a>.", QuotaExhausted),
    ("videos.insert", 403, "dailyLimitExceeded", "usageLimits", "Daily Limit Exceeded", QuotaExhausted),
    ("videos.list", 403, "dailyLimitExceededUnreg", "usageLimits",
     "Daily Limit for Unauthenticated Use Exceeded. Continued use requires signup.", QuotaExhausted),
    ("videos.insert", 429, "rateLimitExceeded", "global", UPLOADS_A_DAY, QuotaExhausted),
    ("videos.insert", 400, "uploadLimitExceeded", "youtube.video",
     "The user has exceeded the number of videos they may upload.", Deferred),
    ("thumbnails.set", 429, "uploadRateLimitExceeded", "youtube.thumbnail",
     "The channel has uploaded too many thumbnails recently. Please try the request again later.", Deferred),
    ("videos.list", 429, "rateLimitExceeded", "global", QUERIES_A_MINUTE, NotAttempted),
    ("videos.list", 403, "rateLimitExceeded", "usageLimits", "Rate Limit Exceeded", NotAttempted),
    ("videos.list", 403, "userRateLimitExceeded", "usageLimits", "User Rate Limit Exceeded", NotAttempted),
    ("videos.list", 403, "userRateLimitExceededUnreg", "usageLimits", "User Rate Limit Exceeded", NotAttempted),
    ("videos.list", 403, "servingLimitExceeded", "usageLimits", "Serving limit exceeded", NotAttempted),
    ("videos.list", 403, "concurrentLimitExceeded", "usageLimits", "Concurrent limit exceeded", NotAttempted),
]  # fmt: skip

_ILL = [
    ("videos.list", 500, "internalError", "global", "Internal error encountered.", Retriable),
    ("videos.insert", 500, "backendError", "global", "Backend Error", Retriable),
    ("videos.list", 502, "badGateway", "global", "Bad Gateway", Retriable),
    ("videos.list", 503, "backendError", "global", "Backend Error", Retriable),
    ("videos.list", 503, "serviceUnavailable", "youtube.api", "The service is currently unavailable.", Retriable),
    ("videos.list", 504, "gatewayTimeout", "global", "Gateway Timeout", Retriable),
    ("videos.list", 408, "requestTimeout", "global", "Request Timeout", Retriable),
    ("playlistItems.insert", 409, "SERVICE_UNAVAILABLE", "youtube.api", "The operation was aborted.", Retriable),
    ("playlists.insert", 409, "aborted", "global", "The operation was aborted.", Retriable),
]

_PERSON = [
    ("videos.list", 401, "authError", "global", "Invalid Credentials", CredentialsRevoked),
    ("videos.list", 401, "required", "global", "Login Required.", CredentialsRevoked),
    ("videos.list", 401, "authorizationRequired", "youtube.common",
     "The request uses the mine parameter but is not properly authorized.", CredentialsRevoked),
    ("videos.insert", 401, "youtubeSignupRequired", "youtube.header", "Unauthorized", CredentialsRevoked),
    ("channels.list", 403, "authenticatedUserAccountClosed", "youtube.common", f"{ACCOUNT}closed.",
     CredentialsRevoked),
    ("channels.list", 403, "authenticatedUserAccountSuspended", "youtube.common", f"{ACCOUNT}suspended.",
     CredentialsRevoked),
    ("channels.list", 403, "authenticatedUserNotChannel", "youtube.common",
     "For this request the authenticated user must resolve to a channel, but does not.", CredentialsRevoked),
]  # fmt: skip

_REQUEST = [
    (400, "badRequest", "global", "Bad Request"),
    (400, "incompatibleParameters", "youtube.parameter",
     "The request specifies two or more parameters that cannot be used in the same request."),
    (400, "invalidFilters", "youtube.parameter", "The request specifies an invalid filter parameter."),
    (400, "invalidPageToken", "youtube.parameter", "The request specifies an invalid page token."),
    (400, "missingRequiredParameter", "youtube.parameter", "The request is missing a required parameter."),
    (400, "unexpectedParameter", "youtube.parameter", "The request specifies an unexpected parameter."),
    (400, "unexpectedPart", "youtube.part", "'statistics'"),
    (400, "unknownPart", "youtube.part", "'statstics'"),
    (400, "parseError", "global", "Parse Error"),
    (400, "keyInvalid", "usageLimits", "Bad Request"),
    (403, "forbidden", "youtube.common", "Forbidden"),
    (403, "accessNotConfigured", "usageLimits",
     "YouTube Data API v3 has not been used in project 1234567890 before or it is disabled."),
    (403, "accountDelegationForbidden", "youtube.common",
     "The authenticated user cannot act on behalf of the specified Google account."),
    (403, "channelClosed", "youtube.channel", "The channel specified in the request has been closed."),
    (403, "channelSuspended", "youtube.channel", "The channel specified in the request has been suspended."),
    (403, "insufficientCapabilities", "youtube.common",
     "The calling CMS user has insufficient permissions to perform the requested action."),
    (403, "insufficientPermissions", "global", "Insufficient Permission"),
    (404, "channelNotFound", "youtube.channel", "Channel not found."),
    (413, "uploadTooLarge", "global", "Request Entity Too Large"),
]  # fmt: skip

_METHODS = [
    ("videos.list", 400, "videoChartNotFound", "youtube.video",
     "The requested video chart is not supported or is not available."),
    ("videos.list", 404, "videoNotFound", "youtube.video",
     "The video that you are trying to retrieve cannot be found."),
    ("channels.list", 400, "invalidCriteria", "youtube.channel",
     "A maximum of one of the following filters may be specified: id, categoryId, mine, managedByMe, forHandle."),
    ("channels.list", 403, "channelForbidden", "youtube.channel",
     "The channel specified by the id parameter does not support the request."),
    ("search.list", 400, "invalidChannelId", "youtube.search",
     "The channelId parameter specified an invalid channel ID."),
    ("search.list", 400, "invalidSearchFilter", "youtube.search",
     "The request contains an invalid combination of search filters and/or restrictions."),
    ("playlistItems.list", 403, "playlistItemsNotAccessible", "youtube.playlistItem",
     "The request is not properly authorized to retrieve the specified playlist."),
    ("playlistItems.list", 404, "playlistNotFound", "youtube.playlistItem",
     "The playlist identified with the request's <code>playlistId</code> parameter cannot be found."),
    ("playlistItems.insert", 403, "playlistContainsMaximumNumberOfVideos", "youtube.playlistItem",
     "The playlist already contains the maximum allowed number of items."),
    ("playlistItems.insert", 400, "invalidPlaylistItemPosition", "youtube.playlistItem",
     "The request attempts to set the playlist item's position to an invalid or unsupported value."),
    ("playlistItems.insert", 400, "invalidResourceType", "youtube.playlistItem",
     "The type specified for the resource is not supported for this operation."),
    ("playlistItems.insert", 400, "playlistIdRequired", "youtube.playlistItem",
     "The insert request must specify a value for the playlistId property."),
    ("playlistItems.insert", 409, "videoAlreadyInPlaylist", "youtube.playlistItem",
     "The video that you are trying to add to the playlist is already in the playlist."),
    ("playlists.insert", 400, "invalidPlaylistSnippet", "youtube.playlist",
     "The request provides an invalid playlist snippet."),
    ("playlists.insert", 400, "playlistTitleRequired", "youtube.playlist",
     "The request must specify a playlist title."),
    ("playlists.insert", 400, "maxPlaylistExceeded", "youtube.playlist",
     "A playlist cannot be created because the channel already has the maximum number of playlists allowed."),
    ("playlists.insert", 403, "playlistForbidden", "youtube.playlist",
     "This operation is forbidden or the request is not properly authorized."),
    ("videos.insert", 400, "defaultLanguageNotSet", "youtube.video",
     "The request is trying to add localized video details without specifying the default language."),
    ("videos.insert", 400, "invalidCategoryId", "youtube.video",
     "The <code>snippet.categoryId</code> property specifies an invalid category ID."),
    ("videos.insert", 400, "invalidDescription", "youtube.video",
     "The request metadata specifies an invalid video description."),
    ("videos.insert", 400, "invalidFilename", "youtube.video", "The video filename specified is invalid."),
    ("videos.insert", 400, "invalidPublishAt", "youtube.video",
     "The request metadata specifies an invalid scheduled publishing time."),
    ("videos.insert", 400, "invalidRecordingDetails", "youtube.video",
     "The <code>recordingDetails</code> object in the request metadata specifies invalid recording details."),
    ("videos.insert", 400, "invalidTags", "youtube.video", "The request metadata specifies invalid video keywords."),
    ("videos.insert", 400, "invalidTitle", "youtube.video",
     "The request metadata specifies an invalid or empty video title."),
    ("videos.insert", 400, "invalidVideoGameRating", "youtube.video",
     "The request metadata specifies an invalid video game rating."),
    ("videos.insert", 400, "invalidVideoMetadata", "youtube.video", "The request metadata is invalid."),
    ("videos.insert", 400, "mediaBodyRequired", "youtube.video", "The request does not include the video content."),
    ("videos.insert", 403, "forbiddenLicenseSetting", "youtube.video",
     "The request attempts to set an invalid license for the video."),
    ("videos.insert", 403, "forbiddenPrivacySetting", "youtube.video",
     "The request attempts to set an invalid privacy setting for the video."),
    ("videos.update", 403, "forbiddenEmbedSetting", "youtube.video",
     "The request attempts to set an invalid embed setting for the video."),
    ("videos.update", 404, "videoNotFound", "youtube.video",
     "The video that you are trying to update cannot be found."),
    ("thumbnails.set", 400, "invalidImage", "youtube.thumbnail", "The provided image content is invalid."),
    ("thumbnails.set", 400, "mediaBodyRequired", "youtube.thumbnail",
     "The request does not include the image content."),
    ("thumbnails.set", 403, "forbidden", "youtube.thumbnail",
     "The authenticated user doesn't have permissions to upload and set custom video thumbnails."),
    ("thumbnails.set", 404, "videoNotFound", "youtube.thumbnail",
     "The video that you are trying to insert a thumbnail image for cannot be found."),
    ("captions.list", 404, "captionNotFound", "youtube.caption",
     "One or more of the specified captions tracks could not be found."),
    ("captions.insert", 400, "contentRequired", "youtube.caption",
     "The request does not contain the caption track contents."),
    ("captions.insert", 400, "invalidMetadata", "youtube.caption",
     "The request contains invalid metadata values, which prevent the track from being created."),
    ("captions.insert", 400, "nameTooLong", "youtube.caption", "The name specified in the request is too long."),
    ("captions.insert", 403, "forbidden", "youtube.caption",
     "The permissions associated with the request are not sufficient to upload the caption track."),
    ("captions.insert", 404, "videoNotFound", "youtube.caption",
     "The video identified by the <code>videoId</code> parameter could not be found."),
    ("captions.insert", 409, "captionExists", "youtube.caption",
     "The specified video already has a caption track with the given language and name."),
    ("reports.query", 400, "badRequest", "global",
     "The query is not supported. Check the documentation for supported queries."),
    ("reports.query", 403, "forbidden", "global", "Forbidden"),
]  # fmt: skip

CASES: list[Case] = [
    *(Case(*one) for one in (*_LIMITS, *_ILL, *_PERSON)),
    *(Case("videos.update", *one, NotFound if one[0] == 404 else RequestRefused) for one in _REQUEST),
    *(Case(*one, NotFound if one[1] == 404 else RequestRefused) for one in _METHODS),
]
