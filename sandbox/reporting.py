"""YouTube Reporting API v1: report types, jobs, the reports that they generate, and the files.

A job yields a file for each Pacific day from thirty days before its creation on. Every restatement of a day
is generated as a new report for the same day: the newest createTime replaces the older ones.
"""

from __future__ import annotations

import gzip
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from sandbox import report_files, restatement
from sandbox.audience import PACIFIC, pacific_bounds
from sandbox.core import World, from_iso, to_iso
from sandbox.discovery import Description
from sandbox.google_api import Call, google_method, open_call
from sandbox.google_errors import GoogleError

router = APIRouter()

TABLES = """
CREATE TABLE IF NOT EXISTS reporting_jobs (
    id TEXT PRIMARY KEY,
    channel_id TEXT NOT NULL,
    report_type TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (channel_id, report_type)
);
"""

_HISTORY_DAYS = 30
_KEPT = timedelta(days=60)


@cache
def youtube_reporting() -> Description:
    """The description of the YouTube Reporting API v1."""
    return Description("youtubereporting.v1")


@dataclass(frozen=True)
class Report:
    """A generated file: of which day, in which of its revisions, and when; or one whose content was set."""

    id: str
    day: date
    revision: int
    created_at: datetime
    content: str | None = None


def _not_found() -> GoogleError:
    return GoogleError(404, "notFound", "Requested entity was not found.", domain="global")


@google_method(router, youtube_reporting(), "youtubereporting.reportTypes.list", public=False)
async def list_report_types(call: Call) -> dict[str, Any]:
    """What jobs can be created for."""
    types = [{"id": id_, "name": name} for id_, name in report_files.REPORT_TYPES.items()]
    return _page(call, "reportTypes", types)


@google_method(router, youtube_reporting(), "youtubereporting.jobs.create", public=False)
async def create_job(call: Call) -> dict[str, Any]:
    """Let reports of a type be generated from now on."""
    body = call.checked_body(await call.request.body())
    report_type = body.get("reportTypeId", "")
    if report_type not in report_files.REPORT_TYPES:
        raise GoogleError(400, "badRequest", "Request contains an invalid argument.", domain="global")
    job = (str(uuid.uuid4()), call.owner(), report_type, body.get("name", ""), to_iso(call.world.now()))
    try:
        call.world.execute("INSERT INTO reporting_jobs VALUES (?, ?, ?, ?, ?)", *job)
    except sqlite3.IntegrityError as error:
        raise GoogleError(409, "alreadyExists", "Requested entity already exists", domain="global") from error
    call.world.record("reporting.job_created", channel_id=call.owner(), job_id=job[0], report_type=report_type)
    return _job_resource(_job(call, job[0]))


@google_method(router, youtube_reporting(), "youtubereporting.jobs.list", public=False)
async def list_jobs(call: Call) -> dict[str, Any]:
    """The jobs of the caller's channel."""
    rows = call.world.rows("SELECT * FROM reporting_jobs WHERE channel_id = ? ORDER BY created_at", call.owner())
    return _page(call, "jobs", [_job_resource(row) for row in rows])


@google_method(router, youtube_reporting(), "youtubereporting.jobs.get", public=False)
async def get_job(call: Call) -> dict[str, Any]:
    """One job."""
    return _job_resource(_job(call, call.parameters["jobId"]))


@google_method(router, youtube_reporting(), "youtubereporting.jobs.delete", public=False)
async def delete_job(call: Call) -> dict[str, Any]:
    """End a job; its reports go with it."""
    job = _job(call, call.parameters["jobId"])
    call.world.execute("DELETE FROM reporting_jobs WHERE id = ?", job["id"])
    call.world.record("reporting.job_deleted", channel_id=call.owner(), job_id=job["id"])
    return {}


@google_method(router, youtube_reporting(), "youtubereporting.jobs.reports.list", public=False)
async def list_reports(call: Call) -> dict[str, Any]:
    """The reports of a job, the newest first."""
    job = _job(call, call.parameters["jobId"])
    after, first, before = (
        from_iso(call.parameters[name]) if name in call.parameters else None
        for name in ("createdAfter", "startTimeAtOrAfter", "startTimeBefore")
    )
    chosen = [
        report
        for report in _reports(call.world, job)
        if (after is None or report.created_at > after)
        and (first is None or pacific_bounds(report.day)[0] >= first)
        and (before is None or pacific_bounds(report.day)[0] < before)
    ]
    call.world.record(
        "reporting.listed", channel_id=call.owner(), job_id=job["id"], created_after=call.parameters.get("createdAfter")
    )
    return _page(call, "reports", [_report_resource(call.request, job, report) for report in chosen])


@google_method(router, youtube_reporting(), "youtubereporting.jobs.reports.get", public=False)
async def get_report(call: Call) -> dict[str, Any]:
    """One report."""
    job = _job(call, call.parameters["jobId"])
    return _report_resource(call.request, job, _report(call.world, job, call.parameters["reportId"]))


@router.get("/v1/media/{resourceName:path}")
async def download(request: Request) -> Response:
    """The CSV file of a report: whole or a range of it, compressed where that is accepted."""
    call = open_call(request, youtube_reporting(), "youtubereporting.media.download")
    parts = call.parameters["resourceName"].split("/")
    if len(parts) != 6 or parts[:2] != ["CHANNEL", call.owner()] or (parts[2], parts[4]) != ("jobs", "reports"):
        raise _not_found()
    job = _job(call, parts[3])
    report = _report(call.world, job, parts[5])
    call.world.record("reporting.downloaded", channel_id=call.owner(), job_id=job["id"], report_id=report.id)
    if report.content is not None:
        return _file(request, report.content.encode())
    content = report_files.csv_file(call.world, call.owner(), job["report_type"], report.day, report.revision)
    return _file(request, content)


def _file(request: Request, content: bytes) -> Response:
    span = request.headers.get("range", "").removeprefix("bytes=").partition("-")
    if span[0].isdigit() and int(span[0]) < len(content):
        start = int(span[0])
        end = min(int(span[2]), len(content) - 1) if span[2].isdigit() else len(content) - 1
        headers = {"Content-Range": f"bytes {start}-{end}/{len(content)}"}
        return Response(content[start : end + 1], 206, headers, "text/csv")
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(gzip.compress(content, compresslevel=1, mtime=0), 200, {"Content-Encoding": "gzip"}, "text/csv")
    return Response(content, 200, media_type="text/csv")


def _job(call: Call, job_id: str) -> sqlite3.Row:
    row = call.world.row("SELECT * FROM reporting_jobs WHERE id = ? AND channel_id = ?", job_id, call.owner())
    if row is None:
        raise _not_found()
    return row


def _report(world: World, job: sqlite3.Row, report_id: str) -> Report:
    found = next((report for report in _reports(world, job) if report.id == report_id), None)
    if found is None:
        raise _not_found()
    return found


def _reports(world: World, job: sqlite3.Row) -> list[Report]:
    """What a job has generated until now and still keeps, the newest first."""
    created, now = from_iso(job["created_at"]), world.now()
    if world.row("SELECT 1 FROM set_report_channels WHERE channel_id = ?", job["channel_id"]) is not None:
        rows = world.rows(
            "SELECT * FROM set_reports WHERE channel_id = ? AND report_type = ?", job["channel_id"], job["report_type"]
        )
        made_at = {row["id"]: from_iso(row["created_at"]) for row in rows}
        return sorted(
            (
                Report(row["id"], date.fromisoformat(row["day"]), 0, made_at[row["id"]], row["content"])
                for row in rows
                if now - _KEPT < made_at[row["id"]] <= now
            ),
            key=lambda report: (report.created_at, report.day),
            reverse=True,
        )
    earliest = created + timedelta(hours=24 + 24 * restatement.uniform(world.seed, job["id"]))
    found = []
    day = created.astimezone(PACIFIC).date() - timedelta(days=_HISTORY_DAYS)
    while pacific_bounds(day)[1] <= now:
        states = restatement.revisions(world.seed, job["channel_id"], day)
        # Of what was settled before the job's first files, only the last state is generated.
        settled = [state for state in states if state.shown_from <= earliest][-1:]
        for state in [*settled, *(state for state in states if state.shown_from > earliest)]:
            made = max(earliest, state.shown_from)
            if now - _KEPT < made <= now:
                number = restatement.uniform(job["id"], day.isoformat(), state.number)
                found.append(Report(str(int(1e9 + number * 9e9)), day, state.number, made))
        day += timedelta(days=1)
    return sorted(found, key=lambda report: (report.created_at, report.day), reverse=True)


def _job_resource(job: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": job["id"],
        "reportTypeId": job["report_type"],
        "name": job["name"],
        "createTime": job["created_at"],
    }


def _report_resource(request: Request, job: sqlite3.Row, report: Report) -> dict[str, Any]:
    start, end = pacific_bounds(report.day)
    name = f"CHANNEL/{job['channel_id']}/jobs/{job['id']}/reports/{report.id}"
    return {
        "id": report.id,
        "jobId": job["id"],
        "startTime": to_iso(start),
        "endTime": to_iso(end),
        "createTime": to_iso(report.created_at),
        "downloadUrl": f"{request.base_url}v1/media/{name}?alt=media",
    }


def _page(call: Call, name: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    size = call.parameters.get("pageSize") or 100
    token = call.parameters.get("pageToken", "0")
    if not token.isdigit():
        raise GoogleError(400, "badRequest", "Request contains an invalid argument.", domain="global")
    start = int(token)
    answer: dict[str, Any] = {name: found[start : start + size]} if found else {}
    if start + size < len(found):
        answer["nextPageToken"] = str(start + size)
    return answer
