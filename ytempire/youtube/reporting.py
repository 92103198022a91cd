"""YouTube Reporting: jobs that make a file of each Pacific day of a channel, and these files.

https://developers.google.com/youtube/reporting/v1/reports. A restated day is a new report of the same day: the
newest ``createTime`` counts. A report is kept for 60 days (of the 30 days before the job: 30), then it is gone. The
API is not charged to the quota of the Data API.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import AwareDatetime, BaseModel, ConfigDict

from ytempire.clock import pacific_day
from ytempire.errors import MalformedAnswer, NotFound, RequestRefused
from ytempire.youtube.calls import Caller
from ytempire.youtube.models import Model, read_one

ACTIVITY = "channel_basic_a3"
REACH = "channel_reach_basic_a1"
ORDERED = (ACTIVITY, REACH)
"""The report types that we order for every channel."""

_PAGE = 100
_MEDIA = "/v1/media/"
# A Pacific day has 23 to 25 hours.
_LONGEST_DAY = timedelta(hours=25)


class ReportingJob(BaseModel):
    """A standing order for reports of one type. After ``expires_at`` it makes no more of them."""

    model_config = ConfigDict(frozen=True)

    job_id: str
    report: str
    created_at: AwareDatetime
    expires_at: AwareDatetime | None


class BulkReport(BaseModel):
    """A file that can be downloaded: the figures of the Pacific ``day`` as they were known at ``created_at``."""

    model_config = ConfigDict(frozen=True)

    report_id: str
    job_id: str
    day: date
    created_at: AwareDatetime
    resource_name: str


class Reporting:
    """The reporting jobs of the channel whose consent we hold."""

    def __init__(self, caller: Caller, reporting_service: Any) -> None:
        self._caller = caller
        self._service = reporting_service

    def jobs(self) -> list[ReportingJob]:
        """Return the channel's jobs."""
        return list(self._pages("jobs.list", self._service.jobs(), "jobs", _job))

    def ensure_jobs(self, reports: Sequence[str] = ORDERED) -> list[ReportingJob]:
        """Return a job for each report type, created where there is none.

        Raises RequestRefused (400) for a type that this channel does not have.
        """
        known = self._working()
        return [_newest(known, report) or self._create(report) for report in reports]

    def _working(self) -> list[ReportingJob]:
        now = self._caller.youtube_now()
        return [job for job in self.jobs() if job.expires_at is None or job.expires_at > now]

    def _create(self, report: str) -> ReportingJob:
        body = {"reportTypeId": report, "name": report}
        try:
            # Done twice it does no harm: a channel has one job of a type.
            answer = self._caller.call("jobs.create", self._service.jobs().create(body=body))
        except RequestRefused as error:
            # The answer to an earlier try was lost, or somebody else was faster.
            if error.status == 409 and (found := _newest(self._working(), report)):
                return found
            raise
        return read_one(answer.body, _job)

    def reports(self, job_id: str, created_after: datetime | None) -> list[BulkReport]:
        """Return the reports of a job that were created after a moment, in the order of their creation.

        Raises MalformedAnswer when one of them cannot be read: what was not read must not be passed over.
        """
        after = None if created_after is None else created_after.isoformat().replace("+00:00", "Z")
        query = {"jobId": job_id, "createdAfter": after}
        found = self._pages("reports.list", self._service.jobs().reports(), "reports", _report, query)
        return sorted(found, key=lambda report: (report.created_at, report.day))

    def download(self, report: BulkReport) -> bytes:
        """Return the content of a report's file (CSV). Raises NotFound when YouTube keeps it no longer.

        The file is asked for where the API is, not where the answer says: the access token goes nowhere else.
        """
        request = self._service.media().download_media(resourceName=report.resource_name)
        answer = self._caller.repeating(
            lambda: self._caller.send("media.download", request.uri, "GET", request.headers, None)
        )
        if answer.status != 200:
            raise NotFound(
                f"media.download: report {report.report_id} is not kept any more", status=answer.status, reason=""
            )
        return answer.content

    def _pages(
        self,
        method: str,
        collection: Any,
        name: str,
        reader: Callable[[dict[str, Any]], Model],
        query: dict[str, Any] | None = None,
    ) -> Iterator[Model]:
        token: str | None = None
        seen: set[str] = set()
        while True:
            request = collection.list(pageSize=_PAGE, pageToken=token, **(query or {}))
            body = self._caller.call(method, request).body
            items = body.get(name, [])
            if not isinstance(items, list):
                raise MalformedAnswer(f"{method}: {name} is no list")
            for item in items:
                yield read_one(item, reader)
            token = body.get("nextPageToken")
            if not token:
                return
            if token in seen:
                raise MalformedAnswer(f"{method}: the pages go in a circle")
            seen.add(token)


def _newest(jobs: Sequence[ReportingJob], report: str) -> ReportingJob | None:
    """The job of a type that makes reports longest."""
    found = [job for job in jobs if job.report == report]
    return max(found, key=lambda job: (job.expires_at is None, job.expires_at or job.created_at), default=None)


def _job(item: dict[str, Any]) -> ReportingJob:
    return ReportingJob(
        job_id=item["id"],
        report=item["reportTypeId"],
        created_at=item["createTime"],
        expires_at=item.get("expireTime"),
    )


def _report(item: dict[str, Any]) -> BulkReport:
    start, end = (datetime.fromisoformat(item[name]) for name in ("startTime", "endTime"))
    if not timedelta(0) < end - start <= _LONGEST_DAY:
        raise ValueError(f"report {item['id']} is not of one day: {start} to {end}")
    path = urlsplit(item["downloadUrl"]).path
    if _MEDIA not in path:
        raise ValueError(f"report {item['id']} has no address of a file: {path}")
    return BulkReport(
        report_id=item["id"],
        job_id=item["jobId"],
        # By its middle: an hour more or less at either end names no other day.
        day=pacific_day(start + (end - start) / 2),
        created_at=item["createTime"],
        resource_name=path.partition(_MEDIA)[2],
    )
