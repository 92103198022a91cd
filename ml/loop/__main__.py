"""``python -m ml.loop``: run the experiment and write its report.

Each seed is a world of its own: charts, audience, channels. Within a seed the
arms share everything but the topics. Histories are kept below ``--work``.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from ml.loop.arms import ARMS, LEARNING_DAYS, channels, plan
from ml.loop.figures import draw, gain, span, summary
from ml.loop.report import write_report
from ml.loop.world import features, read_charts, screen, synthesize
from ytempire.errors import YtempireError

log = logging.getLogger(__name__)

# What must be there before the first day so that the features of what is learned are whole.
_CONTEXT_DAYS = 12
Seeds = list[dict[str, dict[str, float]]]


def run(
    seeds: Annotated[int, typer.Option(min=1, help="Worlds")] = 5,
    weeks: Annotated[int, typer.Option(min=1, help="Simulated weeks")] = 8,
    channel_count: Annotated[int, typer.Option("--channels", min=3, help="Channels of each arm")] = 30,
    delays: Annotated[list[int] | None, typer.Option("--delay", help="Hours from ranking to publishing")] = None,
    age_days: Annotated[float, typer.Option(help="Age at which views are counted")] = 7.0,
    work: Annotated[Path, typer.Option(help="Where histories and figures are kept")] = Path("var/loop"),
    report: Annotated[Path | None, typer.Option(help="Markdown; its picture goes to images/ beside it")] = None,
) -> None:
    """Publish with each arm's topics for some weeks in several worlds, and count the views."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    started = time.monotonic()
    asked = delays or [24, 6]
    results: dict[int, Seeds] = {delay: [] for delay in asked}
    for seed in range(1, seeds + 1):
        found = _world(work / f"world-{seed}", seed, weeks, channel_count, asked, age_days)
        for delay in asked:
            results[delay].append(found[delay])
        typer.echo(f"world {seed} of {seeds} done after {time.monotonic() - started:.0f} s")
    told = _told(results, weeks=weeks, channels=channel_count, age_days=age_days)
    told["seconds"] = round(time.monotonic() - started)
    (work / "loop.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    if report is not None:
        first = results[asked[0]]
        draw(report.parent / "images" / "loop.png", first, ARMS, f"Published {asked[0]} hours after ranking")
        write_report(report, told)
    typer.echo(json.dumps(told))


def _world(
    folder: Path, seed: int, weeks: int, channel_count: int, delays: list[int], age_days: float
) -> dict[int, dict[str, dict[str, float]]]:
    """Return delay → arm → figures of one seed."""
    before = _CONTEXT_DAYS + LEARNING_DAYS
    history = synthesize(folder, before + 7 * weeks + 3, seed)
    charts = read_charts(history)
    rows = features(charts)
    days = sorted(charts["day"].unique())[before : before + 7 * weeks]
    crew = channels(channel_count, seed)
    found: dict[int, dict[str, dict[str, float]]] = {delay: {} for delay in delays}
    for arm in ARMS:
        chosen = plan(arm, crew, charts, rows, days, seed=seed)
        for delay in delays:
            videos = [video.published(timedelta(hours=delay)) for video in chosen]
            found[delay][arm] = summary(screen(history, seed, videos, age_days))
    return found


def _told(results: dict[int, Seeds], **about: Any) -> dict[str, Any]:
    pairs = [("model", "velocity"), ("model", "random"), ("velocity", "random")]
    return {
        **about,
        "seeds": len(next(iter(results.values()))),
        "delays": {
            str(delay): {
                "arms": {
                    arm: {what: asdict(span([seed[arm][what] for seed in seeds])) for what in seeds[0][arm]}
                    for arm in ARMS
                },
                "gains": {f"{one} over {other}": asdict(gain(seeds, one, other)) for one, other in pairs},
                "by_seed": seeds,
            }
            for delay, seeds in results.items()
        },
    }


def main() -> None:
    """Run; an error of ours is one sentence and exit status 1."""
    try:
        typer.run(run)
    except YtempireError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
