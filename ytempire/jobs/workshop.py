"""What every stage needs at hand: the job, what earlier stages made, the ledger, and a place to work."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ytempire.database.connection import Connection
from ytempire.errors import Permanent
from ytempire.jobs.costs import CostLedger
from ytempire.jobs.queue import Job
from ytempire.jobs.stages import Artefact, Product, finished_stage, on_this_machine, run_stage
from ytempire.settings import Settings


@dataclass(frozen=True)
class Workshop:
    """Where the stages of one job are made."""

    connection: Connection
    settings: Settings
    job: Job

    def artefact(self, stage: str) -> Artefact:
        """Return what an earlier stage made. Raises Permanent when it has not been made."""
        found = finished_stage(self.connection, self.job.job_id, stage)
        if found is None:
            raise Permanent(f"stage {stage} of job {self.job.job_id} has not been made: run it first")
        return replace(found, path=self.here(found.path))

    def here(self, path: Path) -> Path:
        """Where a file of this job lies on this machine."""
        return on_this_machine(path, self.settings.media_root, self.job.job_id)

    def text(self, stage: str) -> str:
        """The text of an earlier stage's main file."""
        return self.artefact(stage).path.read_text(encoding="utf-8")

    def spending(self, stage: str) -> CostLedger:
        """The cost ledger of this job for one stage."""
        return CostLedger(
            self.connection,
            self.job.job_id,
            stage,
            self.settings.budget,
            self.settings.media_root / "jobs" / str(self.job.job_id) / "answers",
            self.settings.content.providers_time_limit_seconds,
        )

    def run(self, stage: str, inputs: dict[str, Any], produce: Callable[[Path], Product]) -> Artefact:
        """Make a stage unless it is made already."""
        media_root = self.settings.media_root
        return run_stage(self.connection, media_root, self.job.job_id, stage, inputs, produce)


PAID_PROVIDERS = ("openai", "elevenlabs", "google_tts", "stability", "pexels", "pixabay")


def provider_secrets() -> dict[str, str]:
    """The providers' keys that are set in the environment (OPENAI_API_KEY, GOOGLE_TTS_API_KEY, …), by provider."""
    keys = {provider: os.environ.get(f"{provider.upper()}_API_KEY", "") for provider in PAID_PROVIDERS}
    return {provider: key for provider, key in keys.items() if key}
