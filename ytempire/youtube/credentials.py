"""What authorises us to act for a channel. Kept in Airflow connections, never in the database."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class OAuthCredentials:
    """An OAuth client and a channel's consent to it. Neither secret is shown by ``repr``."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
