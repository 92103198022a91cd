"""YouTube Reporting by its real client: jobs, reports that replace one another, and their files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import google_auth_httplib2
import httpx
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaFileUpload, MediaIoBaseDownload, build_http
from sandbox_support import Control, body_of, discovery_document, movie

from sandbox.discovery import Description

START = datetime(2026, 10, 20, 20, tzinfo=UTC)


@pytest.fixture
def channel(control: Control) -> dict[str, str]:
    """A channel with so many viewers that a correction of one per cent shows in whole views."""
    return control.post("channels", title="A Large Channel", subscribers=2_000_000)


@pytest.fixture
def reporting(sandbox_url: str, channel: dict[str, str]) -> Any:
    credentials = Credentials(
        None,
        refresh_token=channel["refresh_token"],
        client_id=channel["client_id"],
        client_secret=channel["client_secret"],
        token_uri=f"{sandbox_url}/token",
    )
    http = google_auth_httplib2.AuthorizedHttp(credentials, http=build_http())
    return build_from_document(discovery_document("youtubereporting.v1", sandbox_url), http=http)


@pytest.fixture
def video_id(control: Control, youtube: Any, file: Callable[[str, bytes], str]) -> str:
    control.post("clock", now=START.isoformat())
    media = MediaFileUpload(file("v.mp4", movie(75)), mimetype="video/mp4", resumable=True)
    return youtube.videos().insert(part="snippet,status", body=body_of(), media_body=media).execute()["id"]


def create(reporting: Any, report_type: str) -> str:
    job = reporting.jobs().create(body={"reportTypeId": report_type, "name": "daily"}).execute()
    Description("youtubereporting.v1").check("Job", job)
    return job["id"]


def reports(reporting: Any, job: str, **query: Any) -> list[dict[str, Any]]:
    answer = reporting.jobs().reports().list(jobId=job, **query).execute()
    Description("youtubereporting.v1").check("ListReportsResponse", answer)
    return answer.get("reports", [])


def download(reporting: Any, report: dict[str, Any]) -> list[dict[str, str]]:
    name = report["downloadUrl"].partition("/v1/media/")[2].partition("?")[0]
    buffer = io.BytesIO()
    loading = MediaIoBaseDownload(buffer, reporting.media().download_media(resourceName=name), chunksize=700)
    done = False
    while not done:
        _, done = loading.next_chunk()
    return list(csv.DictReader(io.StringIO(buffer.getvalue().decode())))


def test_the_types_of_a_channel_are_listed(reporting: Any) -> None:
    types = reporting.reportTypes().list().execute()["reportTypes"]
    assert {each["id"] for each in types} == {"channel_basic_a3", "channel_reach_basic_a1"}


def test_a_job_reports_thirty_days_back_and_then_every_day(reporting: Any, control: Control, video_id: str) -> None:
    control.post("clock", now=(START + timedelta(days=10)).isoformat())
    job = create(reporting, "channel_reach_basic_a1")
    assert reports(reporting, job) == []
    control.post("clock", now=(START + timedelta(days=13)).isoformat())
    found = reports(reporting, job)
    days = {report["startTime"][:10] for report in found}
    assert len(days) >= 30
    assert "2026-10-20" in days
    newest = [report["createTime"] for report in found]
    assert newest == sorted(newest, reverse=True)
    assert [entry["details"]["report_type"] for entry in control.journal("reporting.job_created")] == [
        "channel_reach_basic_a1"
    ]


def test_a_restated_day_is_a_new_report_and_the_newest_is_exact(
    reporting: Any, control: Control, video_id: str
) -> None:
    job = create(reporting, "channel_basic_a3")
    control.post("clock", now=(START + timedelta(days=20)).isoformat())
    of_the_day = [report for report in reports(reporting, job) if report["startTime"].startswith("2026-10-21")]
    assert 2 <= len(of_the_day) <= 3
    assert len({report["id"] for report in of_the_day}) == len(of_the_day)
    views = [sum(int(row["views"]) for row in download(reporting, report)) for report in of_the_day]
    assert views[0] != views[-1]
    since = of_the_day[-1]["createTime"]
    assert all(report["createTime"] > since for report in reports(reporting, job, createdAfter=since))


def test_files_have_the_documented_columns_and_impressions_fit_the_clicks(
    reporting: Any, control: Control, video_id: str, channel: dict[str, str]
) -> None:
    reach_job, basic_job = create(reporting, "channel_reach_basic_a1"), create(reporting, "channel_basic_a3")
    control.post("clock", now=(START + timedelta(days=20)).isoformat())
    span = {"startTimeAtOrAfter": "2026-10-21T07:00:00Z", "startTimeBefore": "2026-10-22T07:00:00Z"}
    reach = download(reporting, reports(reporting, reach_job, **span)[0])
    assert list(reach[0]) == [
        "date", "channel_id", "video_id", "video_thumbnail_impressions", "video_thumbnail_impressions_ctr",
    ]  # fmt: skip
    assert (reach[0]["date"], reach[0]["channel_id"], reach[0]["video_id"]) == (
        "20261021", channel["channel_id"], video_id,
    )  # fmt: skip
    basic = download(reporting, reports(reporting, basic_job, **span)[0])
    assert {"engaged_views", "watch_time_minutes", "subscribers_gained", "red_views"} <= set(basic[0])
    views = sum(int(row["views"]) for row in basic)
    clicks = int(reach[0]["video_thumbnail_impressions"]) * float(reach[0]["video_thumbnail_impressions_ctr"])
    assert clicks == pytest.approx(0.85 * views, rel=0.05, abs=3)


def test_files_come_compressed_and_only_to_their_owner(
    reporting: Any, control: Control, video_id: str, raw: httpx.Client, sandbox_url: str
) -> None:
    job = create(reporting, "channel_basic_a3")
    control.post("clock", now=(START + timedelta(minutes=30)).isoformat())
    control.post("clock", now=(START + timedelta(days=9)).isoformat())
    url = reports(reporting, job)[0]["downloadUrl"]
    token = reporting._http.credentials.token
    answer = httpx.get(url, headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.text.startswith("date,channel_id,video_id,")
    assert httpx.get(url).status_code == 401


def test_a_second_job_of_a_type_and_unknown_things_are_refused(reporting: Any) -> None:
    job = create(reporting, "channel_basic_a3")
    for wrong, status in (("channel_basic_a3", 409), ("channel_basic_a9", 400)):
        with pytest.raises(HttpError) as caught:
            create(reporting, wrong)
        assert caught.value.status_code == status
    assert [each["id"] for each in reporting.jobs().list().execute()["jobs"]] == [job]
    reporting.jobs().delete(jobId=job).execute()
    with pytest.raises(HttpError) as caught:
        reporting.jobs().get(jobId=job).execute()
    assert caught.value.status_code == 404
