"""What titles mean, as the encoder tells it: computed once a title and kept beside its video or story."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

import numpy as np

from etl.trends.same_story import Vector, told
from ytempire.database.connection import Connection
from ytempire.quality.encoder import NAME, encoder

log = logging.getLogger(__name__)

ENCODER = f"{NAME}, titles 1"
"""Names the encoder and how a title is put before it; another name leaves what was kept unused."""


def title_embeddings(connection: Connection, titles: Mapping[str, str]) -> dict[str, Vector]:
    """Return the embedding of each video's title, by video id; new ones are computed and kept.

    The videos must be in ``trend_videos``; the embedding of one that has just been deleted is not kept.
    """
    hashes = {video: sha256(title.encode("utf-8", "replace")).hexdigest() for video, title in titles.items()}
    rows = connection.execute(
        "SELECT youtube_video_id, title_sha256, embedding FROM ytempire.trend_embeddings"
        " WHERE encoder = %s AND youtube_video_id = ANY(%s)",
        [ENCODER, sorted(titles)],
    )
    known = {
        row["youtube_video_id"]: _vector(row["embedding"])
        for row in rows
        if row["title_sha256"] == hashes[row["youtube_video_id"]]
    }
    missing = sorted(set(titles) - set(known))
    if not missing:
        return known
    made = dict(zip(missing, _embedded([titles[video] for video in missing]), strict=True))
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ytempire.trend_embeddings (youtube_video_id, encoder, title_sha256, embedding)"
            " SELECT youtube_video_id, %s, %s, %s FROM ytempire.trend_videos WHERE youtube_video_id = %s"
            " ON CONFLICT (youtube_video_id, encoder) DO UPDATE"
            " SET title_sha256 = excluded.title_sha256, embedding = excluded.embedding",
            [(ENCODER, hashes[video], made[video].tobytes(), video) for video in missing],
        )
    return known | made


def story_embeddings(connection: Connection, since: datetime) -> list[tuple[str, str, Vector]]:
    """Return feed, title and embedding of the stories that feeds have told since; new ones are computed and kept."""
    rows = connection.execute(
        "SELECT feed, entry_id, title, encoder, embedding FROM ytempire.trend_stories"
        " WHERE seen_at > %s ORDER BY feed, entry_id",
        [since],
    ).fetchall()
    missing = [row for row in rows if row["encoder"] != ENCODER]
    for row, vector in zip(missing, _embedded([row["title"] for row in missing]), strict=True):
        row["embedding"] = vector.tobytes()
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE ytempire.trend_stories SET encoder = %s, embedding = %s"
            " WHERE feed = %s AND entry_id = %s AND title = %s",
            [(ENCODER, row["embedding"], row["feed"], row["entry_id"], row["title"]) for row in missing],
        )
    return [(row["feed"], row["title"], _vector(row["embedding"])) for row in rows]


def _embedded(titles: list[str]) -> list[Vector]:
    if not titles:
        return []
    started = time.monotonic()
    vectors = encoder().embed([told(title) for title in titles])
    log.info("embedded %d titles in %.1f s", len(titles), time.monotonic() - started)
    return list(vectors)


def _vector(kept: bytes) -> Vector:
    return np.frombuffer(kept, dtype="<f4")
