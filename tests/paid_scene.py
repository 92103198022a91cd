"""Providers that cost money before those that cost nothing, all of them in the sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from ytempire.settings import ContentSettings, Settings


@pytest.fixture
def paid_settings(database_url: str, sandbox_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A paid writer, voice and draughtsman, each with its key and with one behind it that needs none."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-sandbox")
    monkeypatch.setenv("ELEVENLABS_API_KEY", "el-sandbox")
    monkeypatch.setenv("STABILITY_API_KEY", "st-sandbox")
    content = ContentSettings(
        script_chain=["gpt-4", "offline"], openai_base_url=f"{sandbox_url}/openai/v1",
        narration_chain=["elevenlabs", "espeak"], elevenlabs_base_url=f"{sandbox_url}/elevenlabs",
        picture_chain=["stability", "drawn"], stability_base_url=f"{sandbox_url}/stability", photo_share=1,
        short_side_px=180,
    )  # fmt: skip
    return Settings(database_url=database_url, media_root=tmp_path, content=content)


def changed(settings: Settings, **content: object) -> Settings:
    """``settings`` with other settings of the content."""
    return settings.model_copy(update={"content": settings.content.model_copy(update=content)})
