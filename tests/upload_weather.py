"""What may befall the publishing of a few videos, and what a seed makes of it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

_EFFECTS_OF_A_VIDEO = 110

PUT, POST, GET = "PUT", "POST", "GET"
_UPLOADS = "/upload/youtube/v3/videos"
WEATHER: tuple[dict[str, Any], ...] = (
    {"path": _UPLOADS, "method": PUT, "cut": "after"},
    {"path": _UPLOADS, "method": PUT, "cut": "before"},
    {"path": _UPLOADS, "method": PUT, "cut_after_bytes": 100_000},
    {"path": _UPLOADS, "method": PUT, "status": 404},
    {"path": _UPLOADS, "method": PUT, "status": 503},
    {"path": _UPLOADS, "method": PUT, "status": 429, "reason": "rateLimitExceeded"},
    {"path": _UPLOADS, "method": PUT, "status": 500, "headers": {"retry-after": "0"}},
    {"path": _UPLOADS, "method": POST, "cut": "after"},
    {"path": _UPLOADS, "method": POST, "status": 503},
    {"path": _UPLOADS, "method": POST, "status": 429, "reason": "rateLimitExceeded"},
    {"path": "/youtube/v3/videos", "method": GET, "status": 500},
    {"path": "/youtube/v3/videos", "method": GET, "cut": "after"},
    {"path": "/youtube/v3/playlistItems", "method": GET, "status": 502},
    {"path": "/youtube/v3/playlistItems", "method": POST, "cut": "after"},
    {"path": "/youtube/v3/playlistItems", "method": POST, "status": 503},
    {"path": "/youtube/v3/playlists", "method": POST, "cut": "after"},
    {"path": "/youtube/v3/playlists", "method": GET, "status": 429, "reason": "rateLimitExceeded"},
    {"path": "thumbnails/set", "method": POST, "cut": "after"},
    {"path": "thumbnails/set", "method": POST, "status": 503},
    {"path": "captions", "method": POST, "cut": "after"},
    {"path": "captions", "method": POST, "status": 500},
    {"path": "/token", "method": POST, "status": 503},
)


@dataclass(frozen=True)
class Storm:
    """What a seed brings."""

    seed: int
    workers: int
    videos: int
    daily_uploads: int
    weather: tuple[dict[str, Any], ...]
    kills: tuple[int, ...]
    lost_connections: tuple[int, ...]
    sessions_forgotten_after: tuple[float, ...]

    @classmethod
    def of(cls, seed: int) -> Storm:
        chance = random.Random(seed)
        workers, videos = chance.randint(2, 8), chance.randint(2, 4)
        effects = _EFFECTS_OF_A_VIDEO * videos
        faults = [chance.choice(WEATHER) | {"skip": chance.randrange(4)} for _ in range(chance.randint(1, 6))]
        return cls(
            seed=seed,
            workers=workers,
            videos=videos,
            daily_uploads=chance.randint(1, videos - 1) if chance.random() < 0.3 else 50,
            weather=tuple(faults),
            kills=tuple(chance.randrange(effects) for _ in range(chance.randint(0, workers))),
            lost_connections=tuple(chance.randrange(effects) for _ in range(chance.randint(0, workers))),
            sessions_forgotten_after=tuple(chance.uniform(0, 0.3) for _ in range(chance.randint(0, 1))),
        )
