"""Error answers with the bodies that Google's APIs really send.

A router raises `GoogleError`; the application turns it into the answer. Messages are those of the reference
https://developers.google.com/youtube/v3/docs/errors and of observed answers.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse

_STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}

# reason -> (domain, message)
KNOWN: dict[str, tuple[str, str]] = {
    "authError": ("global", "Invalid Credentials"),
    "backendError": ("global", "Backend Error"),
    "badRequest": ("global", "Bad Request"),
    "captionExists": (
        "youtube.caption",
        "The specified video already has a caption track with the given <code>videoId</code>, "
        "<code>language</code>, and <code>name</code>. A video can only have one track with a given name "
        "in a given language.",
    ),
    "channelClosed": ("youtube.channel", "The channel specified in the request has been closed."),
    "channelNotFound": ("youtube.channel", "Channel not found."),
    "contentRequired": ("youtube.caption", "The request does not contain the caption track contents."),
    "forbidden": ("youtube.common", "Forbidden"),
    "insufficientPermissions": ("global", "Insufficient Permission"),
    "internalError": ("global", "Internal error encountered."),
    "invalidCategoryId": (
        "youtube.video",
        "The <code>snippet.categoryId</code> property specifies an invalid category ID. Use the <code>"
        '<a href="/youtube/v3/docs/videoCategories/list">videoCategories.list</a></code> method to retrieve '
        "supported categories.",
    ),
    "invalidDescription": ("youtube.video", "The request metadata specifies an invalid video description."),
    "invalidImage": ("youtube.thumbnail", "The provided image content is invalid."),
    "invalidPageToken": ("youtube.parameter", "The request specifies an invalid page token."),
    "invalidPublishAt": (
        "youtube.video",
        "The request metadata specifies an invalid scheduled publishing time.",
    ),
    "invalidTags": ("youtube.video", "The request metadata specifies invalid video keywords."),
    "invalidTitle": ("youtube.video", "The request metadata specifies an invalid or empty video title."),
    "invalidVideoMetadata": ("youtube.video", "The request metadata is invalid."),
    "mediaBodyRequired": ("youtube.video", "The request does not include the video content."),
    "playlistNotFound": (
        "youtube.playlistItem",
        "The playlist identified with the request's <code>playlistId</code> parameter cannot be found.",
    ),
    "quotaExceeded": (
        "youtube.quota",
        'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started'
        '#quota">quota</a>.',
    ),
    "rateLimitExceeded": ("global", "Resource has been exhausted (e.g. check quota)."),
    "uploadLimitExceeded": (
        "youtube.video",
        "The user has exceeded the number of videos they may upload.",
    ),
    "userRateLimitExceeded": ("usageLimits", "User Rate Limit Exceeded"),
    "videoChartNotFound": (
        "youtube.video",
        "The requested video chart is not supported or is not available.",
    ),
    "videoNotFound": (
        "youtube.video",
        "The video that you are trying to retrieve cannot be found. Check the value of the request's "
        "<code>id</code> parameter to ensure that it is correct.",
    ),
    "youtubeSignupRequired": ("youtube.header", "Unauthorized"),
}

_DEFAULT_REASON = {
    400: "badRequest",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    429: "rateLimitExceeded",
    500: "internalError",
    503: "backendError",
}


class GoogleError(Exception):
    """An answer of a Google API other than success.

    Args:
        status: the HTTP status.
        reason: Google's reason; decides domain and message where they are not given.
        message: the text for a developer.
        domain: Google's error domain.
        location: the parameter, header or field in question.
        location_type: "parameter", "header", "other" …
        details: google.rpc details of the newer style of error body.
        headers: headers of the answer beside the usual ones.
    """

    def __init__(
        self,
        status: int,
        reason: str | None = None,
        message: str | None = None,
        *,
        domain: str | None = None,
        location: str | None = None,
        location_type: str | None = None,
        details: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status = status
        self.reason = reason or _DEFAULT_REASON.get(status, "internalError")
        known_domain, known_message = KNOWN.get(self.reason, ("global", self.reason))
        self.message = message or known_message
        self.domain = domain or known_domain
        self.location = location
        self.location_type = location_type
        self.details = details
        self.headers = dict(headers or {})
        if status == 401:
            self.headers.setdefault(
                "WWW-Authenticate", 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
            )
        super().__init__(f"{status} {self.reason}: {self.message}")

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        item: dict[str, Any] = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.location is not None:
            item |= {"location": self.location, "locationType": self.location_type or "parameter"}
        outer = self.message
        if self.status == 401 and self.reason == "authError":
            item |= {"location": "Authorization", "locationType": "header"}
            outer = (
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "
                "or other valid authentication credential. See "
                "https://developers.google.com/identity/sign-in/web/devconsole-project."
            )
        error: dict[str, Any] = {"code": self.status, "message": outer, "errors": [item]}
        if self.status in (401, 429, 500, 503) or self.details is not None or self.domain == "global":
            error["status"] = _STATUS_NAMES.get(self.status, "UNKNOWN")
        if self.details is not None:
            error["details"] = self.details
        return {"error": error}

    def response(self) -> JSONResponse:
        """The whole answer."""
        return JSONResponse(self.body(), status_code=self.status, headers=self.headers)


def invalid_argument(message: str, *, field: str | None = None) -> GoogleError:
    """The 400 with which Google's front end refuses what does not fit the interface's description."""
    violation = {"description": message} | ({"field": field} if field else {})
    return GoogleError(
        400,
        "invalid",
        message,
        domain="global",
        details=[{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}],
    )
