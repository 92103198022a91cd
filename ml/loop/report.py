"""The experiment's report as Markdown: what was done, what came out, what it does not say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_TEXT = """# Does choosing topics by the model bring views?

An experiment in the sandbox, written by `python -m ml.loop --report docs/loop.md` ({seconds} s).

**What was done.** {channels} channels publish a video a day for {weeks} weeks, in {seeds} worlds (seeds). In each world
three arms share the charts, the audience, the channels and the luck of every video; only the topics differ:

- **model**: the trend model's ranking, by the code of the trend watch (the expected number of charts that a video is in
  tomorrow). It is a LightGBM of the feature contract, trained each week on the {learning_days} days before.
- **velocity**: views an hour since publishing, what the trend watch does without a model.
- **random**: lots.

A channel takes the best topic of its niche that no channel has had. Its title quotes the topic. The audience shows a
video more widely the hotter its subject is in the charts at the hour of publishing; views are counted at {age_days:g}
days.
{tables}
![Views of a video by arm]({picture})

**What comes out.** {verdict}

**What it does not say.** The world is synthetic: its charts follow the sandbox's own rules (`sandbox/synthetic.py`),
and its audience rewards a hot subject by construction (`sandbox/audience.py`). The arms differ in the lead video alone:
joining videos into stories, scripts and thumbnails are left out, subscribers do not grow, and an arm's channels do not
compete with those of another.
"""


def write_report(path: Path, told: dict[str, Any]) -> None:
    """Write the report to ``path``; its picture is expected beside it in images/."""
    from ml.loop.arms import LEARNING_DAYS

    path.parent.mkdir(parents=True, exist_ok=True)
    about = {name: told[name] for name in ("seconds", "channels", "weeks", "seeds", "age_days")}
    tables = "".join(_table(delay, found) for delay, found in told["delays"].items())
    verdict = " ".join(_verdict(delay, found) for delay, found in told["delays"].items())
    text = _TEXT.format(**about, tables=tables, verdict=verdict, learning_days=LEARNING_DAYS, picture="images/loop.png")
    path.write_text(text, encoding="utf-8")


def _table(delay: str, found: dict[str, Any]) -> str:
    lines = [
        f"\nPublished {delay} hours after the ranking:\n",
        "| arm | views of a video (95 % interval) | median | heat of the topic |",
        "| --- | --- | --- | --- |",
    ]
    for arm, known in found["arms"].items():
        views = known["views"]
        interval = f"{views['mean']:,.0f} ({views['low']:,.0f} to {views['high']:,.0f})"
        lines.append(f"| {arm} | {interval} | {known['median_views']['mean']:,.0f} | {known['heat']['mean']:.3f} |")
    gains = "; ".join(f"{name} {_share(one)}" for name, one in found["gains"].items())
    return "\n".join([*lines, f"\nWithin the same world: {gains}.\n"])


def _share(one: dict[str, float]) -> str:
    return f"{one['mean']:+.1%} ({one['low']:+.1%} to {one['high']:+.1%})"


def _verdict(delay: str, found: dict[str, Any]) -> str:
    said = []
    for other in ("velocity", "random"):
        one = found["gains"][f"model over {other}"]
        if one["low"] > 0:
            said.append(f"more views than {other} ({_share(one)})")
        elif one["high"] < 0:
            said.append(f"fewer views than {other} ({_share(one)})")
        else:
            said.append(f"no certain difference to {other} ({_share(one)})")
    return f"Published after {delay} hours, the model's topics bring {' and '.join(said)}."
