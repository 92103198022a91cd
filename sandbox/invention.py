"""What the stand-in of a language model answers: text and JSON made of the words of the prompt.

The same prompt has the same answer. The sentences are the prompt's own, put in another order; asked for JSON,
the answer is a valid instance of the schema, so that whoever reads it meets true shapes and lengths.
"""

from __future__ import annotations

import json
import random
import re
from hashlib import blake2b
from typing import Any

_SENTENCE = re.compile(r"[^.!?\n]{12,}[.!?]?")
_MAXIMUM_DEPTH = 12


class Inventor:
    """Answers to one prompt.

    Args:
        prompt: what was asked, all messages together.
        seed: of the order of the sentences.
    """

    def __init__(self, prompt: str, seed: int | None = None) -> None:
        self._chance = random.Random(blake2b(f"{seed}:{prompt}".encode(), digest_size=8).digest())
        found = [" ".join(match.group().split()) for match in _SENTENCE.finditer(prompt)]
        plain = [sentence for sentence in found if not set(sentence) & set('{}[]<>"')]
        self._sentences = plain or found or ["There is little to say about nothing."]
        self._prompt = prompt

    def text(self, sentences: int = 3) -> str:
        """Some sentences."""
        chosen = [self._chance.choice(self._sentences) for _ in range(sentences)]
        return " ".join(sentence if sentence[-1] in ".!?" else f"{sentence}." for sentence in chosen)

    def json_object(self) -> dict[str, Any]:
        """An object as the prompt describes it: by a schema or an example in it, else a plain answer."""
        for described in objects(self._prompt):
            made = self.instance(described) if "properties" in described else self._like(described)
            if isinstance(made, dict):
                return made
        return {"answer": self.text()}

    def instance(self, schema: dict[str, Any], definitions: dict[str, Any] | None = None) -> Any:
        """A valid instance of a JSON schema (the subset that structured outputs allow)."""
        known = definitions or {**schema.get("$defs", {}), **schema.get("definitions", {})}
        return self._instance(schema, known, "", 0)

    def _instance(self, schema: dict[str, Any], known: dict[str, Any], name: str, depth: int) -> Any:
        if depth > _MAXIMUM_DEPTH:
            return None
        if "$ref" in schema:
            return self._instance(known[schema["$ref"].rpartition("/")[2]], known, name, depth + 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._chance.choice(schema["enum"])
        for several in ("anyOf", "oneOf", "allOf"):
            if several in schema:
                options = [option for option in schema[several] if option.get("type") != "null"]
                return self._instance(options[0] if options else {}, known, name, depth + 1)
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if isinstance(kind, list):
            kind = next((each for each in kind if each != "null"), "null")
        return self._of_kind(kind, schema, known, name, depth)

    def _of_kind(self, kind: str, schema: dict[str, Any], known: dict[str, Any], name: str, depth: int) -> Any:
        if kind == "object":
            return {
                key: self._instance(value, known, key, depth + 1) for key, value in schema.get("properties", {}).items()
            }
        if kind == "array":
            low = schema.get("minItems", 3)
            count = min(max(low, 3), schema.get("maxItems", max(low, 3)))
            return [self._instance(schema.get("items", {}), known, name, depth + 1) for _ in range(count)]
        if kind in ("integer", "number"):
            return self._number(schema, kind == "integer")
        if kind == "boolean":
            return self._chance.random() < 0.5
        return None if kind == "null" else self._string(schema, name)

    def _number(self, schema: dict[str, Any], whole: bool) -> int | float:
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + whole)
        high = schema.get("maximum", schema.get("exclusiveMaximum", low + 10) - whole)
        if whole:
            return self._chance.randint(int(low), max(int(low), int(high)))
        return round(self._chance.uniform(low, high), 3)

    def _string(self, schema: dict[str, Any], name: str) -> str:
        short = any(part in name.lower() for part in ("title", "heading", "tag", "name", "language"))
        made = self._chance.choice(self._sentences).rstrip(".") if short else self.text()
        low, high = schema.get("minLength", 0), schema.get("maxLength", 90 if short else 4000)
        while len(made) < low:
            made += " " + self.text(1)
        return made[:high].rstrip() if len(made) > high else made

    def _like(self, example: Any, name: str = "") -> Any:
        if isinstance(example, dict):
            return {key: self._like(value, key) for key, value in example.items()}
        if isinstance(example, list):
            return [self._like(value, name) for value in example]
        return self._string({}, name) if isinstance(example, str) else example


def objects(text: str) -> list[dict[str, Any]]:
    """Return the JSON objects that stand in a text."""
    found, place, decoder = [], 0, json.JSONDecoder()
    while (place := text.find("{", place)) >= 0:
        try:
            value, end = decoder.raw_decode(text, place)
        except ValueError:
            place += 1
            continue
        if isinstance(value, dict) and value:
            found.append(value)
        place = end
    return found


def tokens(text: str) -> int:
    """About as many tokens as a language model counts: one for four bytes."""
    return -(-len(text.encode()) // 4)
