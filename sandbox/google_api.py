"""What every method of a Google API does alike: identity, scopes, parameters, quota, validated answers.

A router declares its methods with `google_method`; path, verb, parameters, scopes and the answer's schema
come from the discovery document.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from sandbox import quota
from sandbox.core import World, from_iso, world_of
from sandbox.discovery import Description
from sandbox.fields import select
from sandbox.google_errors import GoogleError, invalid_argument

Payload = dict[str, Any]
Handler = Callable[["Call"], Awaitable[Payload | Response]]


@dataclass
class Call:
    """One request to a method, its identity and parameters checked.

    Attributes:
        channel_id: the channel in whose name the bearer acts; None for a call with an API key.
        parameters: typed values; repeated ones are lists.
    """

    world: World
    request: Request
    description: Description
    method_id: str
    channel_id: str | None
    parameters: Payload = field(default_factory=dict)
    charged: bool = False

    @property
    def parts(self) -> list[str]:
        """The parts asked for, in order."""
        return list(dict.fromkeys(name.strip() for name in self.parameters.get("part", [])))

    def check_parts(self, schema: str) -> None:
        """Refuse parts that the resource does not have.

        Raises:
            GoogleError: 400 unknownPart, or part is missing.
        """
        if not self.parts:
            raise GoogleError(400, "required", "Required parameter: part", domain="global", location="part")
        for name in self.parts:
            if name not in self.description.parts(schema):
                raise GoogleError(400, "unknownPart", f"'{name}'", domain="youtube.part", location="part")

    def owner(self) -> str:
        """The channel in whose name the call acts.

        Raises:
            GoogleError: 401, the call has only an API key.
        """
        if self.channel_id is None:
            raise login_required()
        return self.channel_id

    def charge(self) -> None:
        """Take the method's cost from its bucket; a second call takes nothing.

        Raises:
            GoogleError: the bucket is empty.
        """
        if not self.charged and self.method_id.startswith("youtube."):
            quota.charge(self.world, self.method_id, quota.cost(self.method_id), self.channel_id)
            self.charged = True

    def charge_invalid(self) -> None:
        """Take the one unit that a refused request costs; an empty bucket stays empty."""
        if self.charged or not self.method_id.startswith("youtube."):
            return
        self.charged = True
        try:
            quota.charge(self.world, self.method_id, 1, self.channel_id)
        except GoogleError:
            return

    def checked_body(self, raw: bytes) -> Payload:
        """The JSON body, held against its schema.

        Raises:
            GoogleError: it is no JSON object or does not fit.
        """
        body = parse_json(raw)
        self.description.check_body(self.method_id, body)
        return body

    def answer(self, payload: Payload) -> Response:
        """The answer to the call, held against its schema, in the selection of `fields`."""
        self.description.check_answer(self.method_id, payload)
        if "fields" in self.parameters:
            payload = select(payload, self.parameters["fields"])
        return JSONResponse(payload, headers={"Vary": "Origin, X-Origin, Referer"})


def login_required() -> GoogleError:
    """The 401 of a method that needs a user, called without one."""
    return GoogleError(401, "required", "Login Required.", location="Authorization", location_type="header")


def parse_json(raw: bytes) -> Payload:
    """A request's JSON object.

    Raises:
        GoogleError: 400, it is no JSON object.
    """
    try:
        body = json.loads(raw or b"{}")
    except ValueError as error:
        raise invalid_argument(f"Invalid JSON payload received. {error}") from error
    if not isinstance(body, dict):
        raise invalid_argument("Invalid JSON payload received. Unknown name: Root element must be a message.")
    return body


def identify(world: World, request: Request, scopes: list[str], *, public: bool) -> str | None:
    """The channel behind a request's bearer; None for an API key where the method is open to one.

    Raises:
        GoogleError: 401 unknown or expired bearer, 403 scope not granted or no identity at all.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not token:
        if not request.query_params.get("key"):
            if not public:
                raise login_required()
            raise GoogleError(
                403,
                "forbidden",
                "Method doesn't allow unregistered callers (callers without established identity). Please "
                "use API Key or other form of API consumer identity to call this API.",
                domain="global",
            )
        if not public:
            raise login_required()
        return None
    row = world.row("SELECT * FROM access_tokens WHERE token = ?", token.strip())
    if scheme.lower() != "bearer" or row is None or from_iso(row["expires_at"]) <= world.now():
        raise GoogleError(401, "authError")
    if not set(scopes) & set(json.loads(row["scopes"])):
        raise GoogleError(
            403,
            "insufficientPermissions",
            details=[
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                    "domain": "googleapis.com",
                }
            ],
        )
    return str(row["channel_id"])


def open_call(request: Request, description: Description, method_id: str, *, public: bool = False) -> Call:
    """Check identity, scope and parameters of a request.

    Raises:
        GoogleError: what was wrong; a refusal for its parameters is charged.
    """
    world = world_of(request)
    scopes = description.method(method_id).get("scopes", [])
    channel_id = identify(world, request, scopes, public=public)
    call = Call(world, request, description, method_id, channel_id)
    query = [pair for pair in request.query_params.multi_items() if pair[0] != "upload_id"]
    query += [(name, str(value)) for name, value in request.path_params.items()]
    try:
        call.parameters = description.parameters(method_id, query)
    except GoogleError:
        call.charge_invalid()
        raise
    return call


def google_method(
    router: APIRouter, description: Description, method_id: str, *, public: bool | None = None
) -> Callable[[Handler], Handler]:
    """Declare the handler of a method without media. A handler with effects charges the call before them.

    Args:
        router: where the route goes.
        description: the API's discovery document.
        method_id: such as "youtube.videos.list".
        public: whether an API key suffices; by default so for GET.
    """
    described = description.method(method_id)
    open_to_keys = described["httpMethod"] == "GET" if public is None else public

    def declare(handler: Handler) -> Handler:
        async def endpoint(request: Request) -> Response:
            call = open_call(request, description, method_id, public=open_to_keys)
            return await run(call, handler)

        router.add_route(f"/{described['path']}", endpoint, methods=[described["httpMethod"]])
        return handler

    return declare


async def run(call: Call, handler: Handler) -> Response:
    """Let a handler answer a call, see to it that the call is charged, and validate the answer."""
    try:
        payload = await handler(call)
        call.charge()
    except GoogleError as error:
        if error.status < 500:
            call.charge_invalid()
        raise
    return payload if isinstance(payload, Response) else call.answer(payload)


def with_etag(resource: Payload) -> Payload:
    """The resource with an etag made from its content."""
    content = json.dumps(resource, sort_keys=True).encode()
    digest = hashlib.blake2b(content, digest_size=20).digest()
    return {**resource, "etag": base64.urlsafe_b64encode(digest).decode().rstrip("=")}


def page(call: Call, found: list[Any], *, default: int = 5) -> tuple[list[Any], Payload]:
    """The page of a list that a call asks for, and the paging fields of the answer.

    Raises:
        GoogleError: 400 invalidPageToken.
    """
    size = int(call.parameters.get("maxResults", default))
    start = 0
    token = call.parameters.get("pageToken")
    if token:
        try:
            start = int(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().removeprefix("at:"))
        except (ValueError, binascii.Error) as error:
            raise GoogleError(400, "invalidPageToken", location="pageToken") from error
    paging: Payload = {"pageInfo": {"totalResults": len(found), "resultsPerPage": size}}
    if size and start + size < len(found):
        paging["nextPageToken"] = _token(start + size)
    if size and start > 0:
        paging["prevPageToken"] = _token(max(0, start - size))
    return found[start : start + size], paging


def _token(start: int) -> str:
    return base64.urlsafe_b64encode(f"at:{start}".encode()).decode().rstrip("=")
