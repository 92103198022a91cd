"""What authorises us to act for a channel. Kept in Airflow connections or in Vault, never in the database."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from ytempire.errors import InvalidInput
from ytempire.redaction import keep_secret


@dataclass(frozen=True)
class OAuthClient:
    """Our application, as the Google Cloud console knows it."""

    client_id: str
    client_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        keep_secret(self.client_secret)

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """Read the file ``client_secret_….json`` that the console offers for a desktop application.

        Raises InvalidInput when it is something else.
        """
        remedy = "Download it from the Google Cloud console: Credentials, OAuth client, type Desktop app."
        try:
            installed = json.loads(path.read_text(encoding="utf-8"))["installed"]
            return cls(str(installed["client_id"]), str(installed["client_secret"]))
        except OSError as error:
            raise InvalidInput("client", f"{path} cannot be read: {error.strerror}", remedy) from None
        except (ValueError, KeyError, TypeError):
            # Without the cause: it may quote the file.
            raise InvalidInput("client", f"{path} is no client file of a desktop application", remedy) from None


@dataclass(frozen=True)
class OAuthCredentials:
    """An OAuth client and a channel's consent to it. Neither secret is shown by ``repr``."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)

    def __post_init__(self) -> None:
        keep_secret(self.client_secret, self.refresh_token)
