"""Numbers rounded for the eye (1.2 M) and for the ear (1.2 million), times, and names of countries."""

from __future__ import annotations

from datetime import date, datetime, timedelta

_SCALES = ((1_000_000_000, "B", "billion"), (1_000_000, "M", "million"), (1_000, "K", "thousand"))
_SPANS = (("minute", 1 / 60, 1 / 30), ("hour", 1.0, 0.99), ("day", 24.0, 48.0), ("year", 8766.0, 17_532.0))
_SMALL = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def _scaled(value: float) -> tuple[str, int]:
    for step, (scale, _, _) in enumerate(_SCALES):
        if value >= scale * 0.9995:
            amount = value / scale
            text = f"{amount:.1f}" if amount < 9.95 else f"{amount:.0f}"
            return text.removesuffix(".0"), step
    return f"{value:.0f}", -1


def shown(value: float) -> str:
    """Write a count for the eye: 1234567 becomes "1.2 M"."""
    text, step = _scaled(value)
    return text if step < 0 else f"{text} {_SCALES[step][1]}"


def spoken(value: float) -> str:
    """Write a count for the ear: 1234567 becomes "1.2 million", 43210 "43 thousand"."""
    text, step = _scaled(value)
    if step < 0:
        return small(int(value)) if value < len(_SMALL) else text
    return f"{text} {_SCALES[step][2]}"


def small(value: int) -> str:
    """Write a small count as a word, a larger one in figures."""
    return _SMALL[value] if 0 <= value < len(_SMALL) else str(value)


def times_as(ratio: float) -> str:
    """Say how many times as much: "twice", "nearly three times", "a tenth more than"."""
    if ratio < 1.08:
        return "about as many views an hour as"
    if ratio < 1.75:
        return f"{round((ratio - 1) * 100)} percent more views an hour than"
    if ratio < 2.2:
        return "about twice as many views an hour as"
    if ratio < 2.5:
        return "more than twice as many views an hour as"
    return f"{small(round(ratio))} times as many views an hour as"


def span(hours: float) -> str:
    """Write a stretch of time for the ear: "40 minutes", "one hour", "seven hours", "three days"."""
    unit, scale = "second", 1 / 3600
    for name, length_hours, from_hours in _SPANS:
        if hours >= from_hours:
            unit, scale = name, length_hours
    count = max(1, round(hours / scale))
    amount = spoken(count) if count >= 1000 else small(count)
    return f"{amount} {unit}{'' if count == 1 else 's'}"


def counted(count: int, one: str, many: str) -> str:
    """Write a count with its noun: "1 country", "8 countries"."""
    return f"{count} {one if count == 1 else many}"


def age(published_at: datetime, observed_at: datetime) -> str:
    """Say how old a video is: "eighteen hours ago" in figures for the ear."""
    hours = (observed_at - published_at) / timedelta(hours=1)
    if hours < 1.5:
        return "about an hour ago"
    if hours < 36:
        return f"{small(round(hours))} hours ago"
    days = round(hours / 24)
    if days < 14:
        return f"{small(days)} days ago"
    return f"{small(round(days / 7))} weeks ago" if days < 60 else f"{small(round(days / 30.4))} months ago"


def day(moment: datetime | date) -> str:
    """Write a day as shown in small type: "5 March 2026"."""
    return f"{moment.day} {moment:%B %Y}"


def length(seconds: int) -> str:
    """Write a running time: "3:07", "1:02:45"."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def running_time(seconds: int) -> str:
    """Say a running time: "48 seconds", "about four minutes", "two hours and 10 minutes"."""
    if seconds < 100:
        return f"{small(seconds)} second{'' if seconds == 1 else 's'}"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"about {small(minutes)} minutes"
    said = f"{small(hours)} hour{'' if hours == 1 else 's'}"
    return f"{said} and {small(rest)} minute{'' if rest == 1 else 's'}" if rest else said


def joined(names: list[str]) -> str:
    """Join names as in a sentence: "Brazil, Japan and India"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
