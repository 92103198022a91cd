"""Prompts of the language models: one folder a version, texts beside each other, read as package data.

A folder that was used is not changed: a new wording is a new folder, named in
``settings.content.script_prompt``. The version that is recorded with a script holds a
digest of the texts, so that a changed file shows.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from string import Template

from ytempire.errors import InvalidInput

_PARTS = ("system", "evidence", "repair", "revise")


@dataclass(frozen=True)
class Prompt:
    """The texts of one version, with ``$names`` to fill in, and the version as it is recorded.

    ``forms`` says of each form how it is told.
    """

    version: str
    system: Template
    evidence: Template
    repair: Template
    revise: Template
    forms: dict[str, str]


@lru_cache
def load_prompt(name: str) -> Prompt:
    """Read the prompt in the folder ``name``. Raises InvalidInput when there is none."""
    if not name.replace("-", "").isalnum():
        raise InvalidInput("script_prompt", f"{name!r} is no name of a prompt", "Name a folder of content/prompts.")
    folder = files(__package__).joinpath(name)
    try:
        texts = [folder.joinpath(f"{part}.md").read_text(encoding="utf-8") for part in _PARTS]
        forms = folder.joinpath("forms.toml").read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise InvalidInput(
            "script_prompt", f"there is no prompt {name!r}", "Name a folder of content/prompts."
        ) from None
    digest = hashlib.sha256("\0".join([*texts, forms]).encode()).hexdigest()[:8]
    system, evidence, repair, revise = (Template(text) for text in texts)
    return Prompt(f"{name}@{digest}", system, evidence, repair, revise, tomllib.loads(forms))
