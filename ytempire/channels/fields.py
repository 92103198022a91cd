"""The types of a channel's fields: what a name, a voice, a language or an amount may be."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from ytempire.errors import InvalidInput

ChannelStatus = Literal["active", "paused", "archived"]
PrivacyStatus = Literal["public", "unlisted", "private"]

STORED = {"stored": True}
"""Context of a validation that reads what is stored: a voice or palette that is gone by now is no error then."""

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_LINE_BREAK = re.compile(r"[\r\n]")


def _printable(text: str) -> str:
    if _UNSEEN.search(text):
        raise ValueError("contains control characters or half of a character")
    if not text.strip():
        raise ValueError("is blank")
    return text.strip()


def _one_line(text: str) -> str:
    if _LINE_BREAK.search(text):
        raise ValueError("has more than one line")
    return text


def _known(check: Callable[[str], object]) -> AfterValidator:
    """Hold a word against our own list of such words; ``check`` raises InvalidInput that lists them."""

    def validate(word: str, info: ValidationInfo) -> str:
        if info.context == STORED:
            return word
        try:
            check(word)
        except InvalidInput as error:
            raise ValueError(f"{error.problem}. {error.remedy}") from None
        return word

    return AfterValidator(validate)


def _voice(name: str) -> None:
    from ytempire.content.voices import named

    named(name)


def _palette(name: str) -> None:
    from ytempire.content.palettes import palette

    palette(name)


def _style(name: str) -> None:
    from ytempire.content.thumbnails.presets import PRESETS

    if name not in PRESETS:
        raise InvalidInput("style_preset", f"there is no preset {name!r}", f"Use one of {', '.join(PRESETS)}.")


def _language(tag: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        raise ValueError(f"{tag!r} is no language that is known. Write a BCP-47 tag such as en-US") from None
    return "-".join(part for part in (locale.language, locale.script, locale.territory) if part)


def _distinct(values: list[Any]) -> list[Any]:
    doubled = sorted({str(value) for value in values if values.count(value) > 1})
    if doubled:
        raise ValueError(f"names {', '.join(doubled)} more than once")
    return values


def _plain_number(value: object) -> object:
    # YAML and JSON write 0.1 as a float; its shortest text is what was meant.
    return str(value) if isinstance(value, float) else value


def _shortest(amount: Decimal) -> Decimal:
    # The database writes all its places: 0.1000 is 0.1.
    return Decimal(format(amount.normalize(), "f"))


Distinct = AfterValidator(_distinct)
Text = Annotated[str, AfterValidator(_printable)]
Line = Annotated[str, AfterValidator(_printable), AfterValidator(_one_line)]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$", max_length=50)]
CredentialsId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$", max_length=200)]
YouTubeId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{2,50}$")]
Dollars = Annotated[
    Decimal,
    BeforeValidator(_plain_number),
    Field(ge=0, max_digits=10, decimal_places=4),
    AfterValidator(_shortest),
]
VoiceName = Annotated[str, _known(_voice)]
PaletteName = Annotated[Word, _known(_palette)]
StyleName = Annotated[Word, _known(_style)]
Language = Annotated[
    str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=20), AfterValidator(_language)
]
Region = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Category = Annotated[int, Field(ge=1, le=99)]
