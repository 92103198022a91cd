"""The one exception tree, grouped by how a caller recovers.

A caller decides by class, never by reading a message. DAGs map the four
branches to Airflow: ``Permanent`` fails at once, ``Retriable`` is retried with
backoff, ``Deferred`` is put off until a known moment, ``Skippable`` skips the
one item it speaks of.
"""

from __future__ import annotations

from datetime import datetime

from ytempire.redaction import redacted


class YtempireError(Exception):
    """Base of every error that YTEMPIRE raises on purpose. Its message never holds a secret."""

    def __init__(self, message: str = "") -> None:
        super().__init__(redacted(message))


class Permanent(YtempireError):
    """Trying again cannot help: the input, the set-up or the request is wrong."""


class Retriable(YtempireError):
    """Trying again later may help.

    ``retry_after_seconds`` is the wait the other side asked for, or None.
    """

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Deferred(YtempireError):
    """Nothing is wrong, but it cannot be done before ``until`` (timezone-aware)."""

    def __init__(self, message: str, *, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class Skippable(YtempireError):
    """This one item is left out; the others go on."""


class JobCancelled(Skippable):
    """The job was cancelled with its channel: nothing more is done for it."""


class InvalidInput(Permanent):
    """Bad input. ``field`` names what is wrong, ``remedy`` says what to do."""

    def __init__(self, field: str, problem: str, remedy: str) -> None:
        super().__init__(f"{field}: {problem}. {remedy}")
        self.field = field
        self.problem = problem
        self.remedy = remedy


class ModelMissing(InvalidInput):
    """There is no champion yet: what needs one waits for the first retraining."""


class Conflict(Permanent):
    """Somebody else changed it since it was read: read it again before changing it."""


class ValidationFailed(Permanent):
    """Data breaks a rule that no single row answers for: none of it goes on."""


class MissingProgram(Permanent):
    """A program that is needed is not installed."""

    def __init__(self, program: str) -> None:
        super().__init__(f"{program} was not found. Install it (for example: apt-get install {program}).")
        self.program = program


class MissingFont(Permanent):
    """A font that the settings name is not installed."""

    def __init__(self, family: str, package: str) -> None:
        super().__init__(f"the font {family!r} was not found. Install it (for example: apt-get install {package}).")
        self.family = family


class DiskFull(Permanent):
    """No room left on the disk; partial files were removed, a retry resumes."""


class BudgetExceeded(Permanent):
    """The call would spend more than the video's budget leaves: a cheaper provider of the chain is asked."""


class DailyBudgetExceeded(Deferred):
    """The call would spend more than a channel's or the network's day leaves.

    A cheaper provider of the chain is asked; without one the work waits for the next day, in ``until``.
    """


class ChannelPaused(Deferred):
    """The channel is paused: its work waits until a person resumes it. ``until`` is the next look."""


class NotAttempted(Retriable):
    """The call surely had no effect: no connection, or turned away at the door for its rate."""


class MalformedAnswer(Retriable):
    """The other side answered with something that cannot be read."""


class ProviderUnavailable(Retriable):
    """A provider is down, slow or answered garbage: the next in the chain is asked.

    ``charged`` says that it may have been paid for: the request was sent, and no answer or a useless one came.
    """

    def __init__(self, message: str, *, charged: bool = False) -> None:
        super().__init__(message)
        self.charged = charged


class Steered(ProviderUnavailable):
    """A model took a stranger's words for more than data; ``withheld`` names the titles they came from."""

    def __init__(self, message: str, *, withheld: frozenset[str]) -> None:
        super().__init__(message)
        self.withheld = withheld


class RequestRefused(Permanent):
    """A service refused the request for good; ``status`` and ``reason`` are its own words."""

    def __init__(self, message: str, *, status: int, reason: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


class NotFound(RequestRefused):
    """What the request names does not exist, or not any more."""


class CredentialsRevoked(Permanent):
    """The channel's authorisation is gone (``invalid_grant``): a person must connect it again."""


class ConsentMissing(CredentialsRevoked):
    """No consent of the channel's owner is recorded that allows it: nothing is uploaded without one."""


class ConsentRefused(Permanent):
    """The owner's answer is not the consent that was asked for; what is missing is said, and nothing was kept."""


class QuotaExhausted(Deferred):
    """A YouTube quota bucket is empty until the Pacific midnight in ``until``."""

    def __init__(self, bucket: str, *, until: datetime) -> None:
        super().__init__(f"quota bucket {bucket} is exhausted until {until.isoformat()}", until=until)
        self.bucket = bucket


class UploadHeld(Deferred):
    """The channel's upload leaves what the day has left to others, or to tomorrow.

    ``until``: the Pacific midnight where the channel's own cap is reached, a next look otherwise.
    """
