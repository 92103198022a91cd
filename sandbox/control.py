"""The sandbox's own interface: clock, channels, faults, quota, journal; for tests and the demonstration."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import AwareDatetime, BaseModel, Field, model_validator

from sandbox import channels, faults, quota, upload_sessions, videos
from sandbox.core import WorldDep, to_iso
from sandbox.replay import replay_of

router = APIRouter(prefix="/control")


class ClockSetting(BaseModel, extra="forbid"):
    """Exactly one of: a new present, a step, or the real time."""

    now: AwareDatetime | None = None
    advance_seconds: float | None = None
    real: bool | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> ClockSetting:
        if len(self.model_fields_set) != 1 or None in (getattr(self, n) for n in self.model_fields_set):
            raise ValueError("give exactly one of now, advance_seconds, real")
        return self


class NewChannel(BaseModel, extra="forbid"):
    """A channel to open."""

    title: str = Field(min_length=1, max_length=100)
    description: str = Field(default="", max_length=5000)
    country: str = Field(default="US", pattern="^[A-Z]{2}$")
    subscribers: int = Field(default=1_000, ge=0)
    scopes: list[str] | None = None


class ChannelName(BaseModel, extra="forbid"):
    """A channel of the sandbox."""

    channel_id: str


class OwnerAnswer(BaseModel, extra="forbid"):
    """What the next owner who is asked for consent does: as which channel, ticking which scopes, or saying no."""

    channel_id: str | None = None
    scopes: list[str] | None = None
    deny: bool = False


class QuotaSetting(BaseModel, extra="forbid"):
    """New limits by bucket; buckets not named keep theirs."""

    limits: dict[str, int]


@router.get("/health")
async def health(world: WorldDep) -> dict[str, str]:
    """Whether the sandbox serves and its database answers."""
    world.row("SELECT 1")
    return {"status": "healthy"}


@router.post("/reset")
async def reset(world: WorldDep) -> dict[str, str]:
    """Empty the world and put its clock back to the real time."""
    world.reset()
    return {"now": to_iso(world.now())}


@router.get("/clock")
async def clock(world: WorldDep) -> dict[str, str]:
    """The present."""
    return {"now": to_iso(world.now())}


@router.post("/clock")
async def set_clock(world: WorldDep, setting: ClockSetting) -> dict[str, str]:
    """Move the present; the clock ticks on from there."""
    if setting.advance_seconds is not None:
        world.set_clock(world.now() + timedelta(seconds=setting.advance_seconds))
    else:
        world.set_clock(setting.now)
    return {"now": to_iso(world.now())}


@router.post("/channels")
async def create_channel(world: WorldDep, channel: NewChannel) -> dict[str, Any]:
    """Open a channel and consent to the application's use of it."""
    return channels.create_channel(world, **channel.model_dump())


@router.get("/channels")
async def list_channels(world: WorldDep) -> dict[str, Any]:
    """The channels with their credentials."""
    found = world.rows(
        "SELECT c.*, g.refresh_token, g.revoked FROM channels c JOIN grants g ON g.rowid ="
        " (SELECT max(rowid) FROM grants WHERE channel_id = c.id) ORDER BY c.rowid"
    )
    return {
        "channels": [
            {
                "channel_id": row["id"],
                "uploads_playlist_id": channels.uploads_playlist(row["id"]),
                "revoked": bool(row["revoked"]),
            }
            | {
                name: row[name]
                for name in ("title", "country", "subscribers", "client_id", "client_secret", "refresh_token")
            }
            for row in found
        ]
    }


@router.post("/revoke")
async def revoke(world: WorldDep, channel: ChannelName) -> dict[str, int]:
    """Withdraw the consent of a channel's owner."""
    if channels.find_channel(world, channel.channel_id) is None:
        raise HTTPException(404, f"no channel {channel.channel_id}")
    return {"revoked": channels.revoke(world, channel.channel_id)}


@router.post("/consent")
async def set_owner_answer(world: WorldDep, answer: OwnerAnswer) -> dict[str, Any]:
    """Put an answer into the mouth of the next owner who is asked for consent; without one all is granted."""
    world.keep_fact("owner_answer", answer.model_dump())
    return answer.model_dump()


@router.post("/tokens/expire")
async def expire_tokens(world: WorldDep) -> dict[str, int]:
    """Let every access token be expired from now on; refresh tokens stay good."""
    return {"expired": world.execute("UPDATE access_tokens SET expires_at = ?", to_iso(world.now()))}


@router.post("/uploads/forget")
async def forget_uploads(world: WorldDep, channel_id: str | None = None) -> dict[str, int]:
    """Let the open upload sessions (of a channel) be gone: they answer 404 from now on."""
    return {"forgotten": upload_sessions.forget(world, channel_id)}


@router.get("/videos")
async def list_videos(world: WorldDep, channel_id: str | None = None) -> dict[str, Any]:
    """What was uploaded, with the facts of its file, the newest first."""
    return {"videos": [asdict(video) for video in videos.list_videos(world, channel_id)]}


@router.get("/journal")
async def journal(world: WorldDep, kind: str | None = None, after: int = 0) -> dict[str, Any]:
    """Side effects in order."""
    return {"entries": world.journal(kind, after)}


@router.post("/faults")
async def add_fault(world: WorldDep, fault: faults.FaultSpecification) -> dict[str, int]:
    """Arm a fault."""
    return {"id": faults.add_fault(world, fault)}


@router.get("/history")
async def history(world: WorldDep) -> dict[str, Any]:
    """Which day of the history the charts show at present, and how it is laid over the present."""
    replay = replay_of(world)
    return {
        "first_day": replay.first_day.isoformat(),
        "last_day": replay.last_day.isoformat(),
        "shift_days": replay.shift_days,
        "history_day": replay.history_day(world.now()).isoformat(),
        "regions": replay.regions(),
    }


@router.get("/faults")
async def list_faults(world: WorldDep) -> dict[str, Any]:
    """The armed faults."""
    return {"faults": faults.list_faults(world)}


@router.delete("/faults")
async def clear_faults(world: WorldDep) -> dict[str, int]:
    """Disarm every fault."""
    return {"cleared": faults.clear_faults(world)}


@router.get("/quota")
async def show_quota(world: WorldDep) -> dict[str, Any]:
    """Limits, and what is used today."""
    return {"day": quota.pacific_day(world), "limits": quota.limits(world), "used": quota.used(world)}


@router.post("/quota")
async def set_quota(world: WorldDep, setting: QuotaSetting) -> dict[str, Any]:
    """Set limits."""
    unknown = set(setting.limits) - set(quota.DEFAULT_LIMITS)
    if unknown:
        raise HTTPException(422, f"no such bucket: {', '.join(sorted(unknown))}")
    world.keep_fact("quota_limits", {**world.fact("quota_limits", {}), **setting.limits})
    return await show_quota(world)
