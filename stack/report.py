"""What a round came to: ``var/demo.json`` and a table. Every figure is read from where it really is."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from stack.config import USERS, StackSettings
from stack.world import Sandbox
from ytempire.database.connection import Connection, connect, load_sql
from ytempire.errors import MissingProgram, Permanent
from ytempire.settings import Settings

MINIMUM_SECONDS = 30


@dataclass(frozen=True)
class Report:
    """One round's result, as written to ``var/demo.json``."""

    videos: list[dict[str, Any]]
    metric_rows_loaded: int
    model: dict[str, Any]
    ranked_by: str
    snapshots: dict[str, int]
    total_seconds: float


def mp4_seconds(path: Path) -> float:
    """The duration of a media file in seconds, from ffprobe."""
    command = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "json", str(path)]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    except FileNotFoundError as error:
        raise MissingProgram("ffprobe") from error
    return float(json.loads(answer.stdout)["format"]["duration"])


def _videos(connection: Connection, jobs: list[str]) -> list[dict[str, Any]]:
    rows = connection.execute(load_sql(__package__, "report"), {"jobs": jobs}).fetchall()
    for row in rows:
        row["duration_seconds"] = round(mp4_seconds(Path(row["mp4_path"])), 2)
    return rows


def collect(settings: StackSettings, jobs: list[str], total_seconds: float) -> Report:
    """Gather a round's figures from the database, the files and the model registry."""
    from ml.registry import ModelRegistry
    from ml.trend.model import trend_kind

    with connect(settings.database_url("ytempire")) as connection:
        videos = _videos(connection, jobs)
        metrics = connection.execute(
            "SELECT count(*) AS rows FROM ytempire.video_metrics m JOIN ytempire.videos v USING (video_id) "
            "WHERE v.job_id::text = ANY(%s) AND m.source <> 'live'",
            (jobs,),
        ).fetchone()
        ranked = connection.execute("SELECT ranked_by FROM ytempire.topics ORDER BY ranked_at DESC LIMIT 1").fetchone()
        seen = connection.execute("SELECT source, count(*) AS rows FROM ytempire.trend_snapshots GROUP BY source")
        snapshots = {row["source"]: row["rows"] for row in seen}
    product = Settings(mlflow_tracking_uri=settings.environment()["YTEMPIRE_MLFLOW_TRACKING_URI"])
    model = ModelRegistry(product, trend_kind(product)).describe_champion()
    return Report(
        videos=videos,
        metric_rows_loaded=metrics["rows"] if metrics else 0,
        model=model,
        ranked_by=ranked["ranked_by"] if ranked else "",
        snapshots=snapshots,
        total_seconds=round(total_seconds, 1),
    )


def verify(settings: StackSettings, report: Report, expected_videos: int) -> None:
    """Raise Permanent naming the first stage that did not really happen."""
    if len(report.videos) < expected_videos:
        raise Permanent(f"only {len(report.videos)} of {expected_videos} videos were published")
    _verify_outside(Sandbox(settings), report.videos)
    if missing := {"chart", "watch_list"} - set(report.snapshots):
        raise Permanent(f"no snapshots of {', '.join(sorted(missing))} were taken")
    if report.metric_rows_loaded < len(report.videos):
        raise Permanent(f"only {report.metric_rows_loaded} rows of metrics were loaded")
    accuracy, majority = report.model["metrics"]["accuracy"], report.model["baselines"]["majority"]["accuracy"]
    if accuracy <= majority:
        raise Permanent(f"the model has learned nothing: accuracy {accuracy:.3f}, majority {majority:.3f}")
    if not report.ranked_by.startswith(report.model["name"]):
        raise Permanent(f"the topics are ranked by {report.ranked_by}, not by the champion")


def _verify_outside(sandbox: Sandbox, videos: list[dict[str, Any]]) -> None:
    """Hold the videos against the sandbox's journal: each inserted once, with thumbnail and captions."""
    inserted = [entry["video_id"] for entry in sandbox.journal("video.inserted")]
    for video in videos:
        title, youtube_video_id = video["title"], video["youtube_video_id"]
        if video["duration_seconds"] <= MINIMUM_SECONDS:
            raise Permanent(f"{title!r} lasts only {video['duration_seconds']} s")
        if inserted.count(youtube_video_id) != 1:
            raise Permanent(f"{title!r} was inserted {inserted.count(youtube_video_id)} times into YouTube")
    for kind in ("thumbnail.set", "captions.inserted"):
        marked = {entry["video_id"] for entry in sandbox.journal(kind)}
        if missing := [video["title"] for video in videos if video["youtube_video_id"] not in marked]:
            raise Permanent(f"{kind} did not happen for {missing}")


def write(settings: StackSettings, report: Report) -> Path:
    """Write ``var/demo.json`` and return its path."""
    path = settings.var / "demo.json"
    path.write_text(json.dumps(report.__dict__, indent=1, default=str, ensure_ascii=False))
    return path


def show(settings: StackSettings, report: Report, console: Console) -> None:
    """Print the round as a table, the model's figures, and where to look."""
    table = Table(title="Videos of this round")
    for heading, justify in (
        ("channel", "left"),
        ("title", "left"),
        ("file", "left"),
        ("YouTube id", "left"),
        ("verdict", "left"),
        ("score", "right"),
        ("cost, $", "right"),
        ("seconds", "right"),
    ):
        table.add_column(heading, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for video in report.videos:
        table.add_row(
            video["channel"],
            video["title"],
            os.path.relpath(video["mp4_path"]),
            video["youtube_video_id"],
            video["verdict"],
            f"{video['quality_score']:.1f}",
            f"{video['cost']:.4f}",
            f"{video['seconds']:.0f}",
        )
    console.print(table)
    for basis in sorted({video["score_basis"] for video in report.videos}):
        console.print(f"Scores rest on {basis}.")
    model = report.model
    console.print(f"{report.metric_rows_loaded} rows of daily metrics loaded for these videos.")
    console.print(f"Model {model['name']} version {model['version']} ({model['alias']}), on later days:")
    figures = {"model": model["metrics"]} | model["baselines"]
    for name, metrics in figures.items():
        console.print(f"  {name:22} accuracy {metrics['accuracy']:.4f}  AUC {metrics.get('auc', float('nan')):.4f}")
    addresses(settings, console)


def addresses(settings: StackSettings, console: Console) -> None:
    """Print where the web pages are and how to log in."""
    console.print(f"Airflow  http://127.0.0.1:{settings.airflow_port}")
    for user in USERS:
        console.print(f"         {user:9} {settings.secrets[f'{user}_password']}", markup=False)
    console.print(f"MLflow   http://127.0.0.1:{settings.mlflow_port}  (no login)")
