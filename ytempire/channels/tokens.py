"""Where a channel's OAuth tokens are kept: where Airflow looks for its connections.

That is Airflow's own database (encrypted with its Fernet key), or HashiCorp Vault where Airflow's secrets backend
is Vault. Tasks read them back through Airflow, whichever it is (dags/house/resources.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel, Field, ValidationError

from ytempire.airflow_api import AirflowApi
from ytempire.errors import InvalidInput, Permanent, Retriable
from ytempire.redaction import keep_secret
from ytempire.youtube.credentials import OAuthCredentials

if TYPE_CHECKING:
    import hvac

BACKEND = "AIRFLOW__SECRETS__BACKEND"
BACKEND_KWARGS = "AIRFLOW__SECRETS__BACKEND_KWARGS"


class TokenStore(Protocol):
    """Keeps tokens under the name of an Airflow connection."""

    def keep(self, credentials_id: str, credentials: OAuthCredentials) -> str:
        """Keep them, in place of older ones, and return in words where they are."""
        ...


def token_store(airflow: Callable[[], AirflowApi], environment: Mapping[str, str]) -> TokenStore:
    """Return the store that Airflow reads, by the configuration of its secrets backend in ``environment``.

    ``airflow`` gives the API for the case that it is Airflow's own database. Raises InvalidInput naming the
    variable that is wrong.
    """
    if not environment.get(BACKEND, "").endswith(".VaultBackend"):
        return AirflowTokens(airflow())
    try:
        vault = VaultBackend.model_validate_json(environment.get(BACKEND_KWARGS, "{}"))
    except ValidationError as error:
        problem = error.errors(include_input=False)[0]["msg"]
        raise InvalidInput(BACKEND_KWARGS, problem, "Write the arguments of VaultBackend as JSON.") from None
    if not vault.connections_path:
        return AirflowTokens(airflow())
    return VaultTokens(vault, environment.get("VAULT_TOKEN") or vault.token)


class AirflowTokens:
    """Connections in Airflow's database, written through its REST API."""

    def __init__(self, api: AirflowApi) -> None:
        self._api = api

    def keep(self, credentials_id: str, credentials: OAuthCredentials) -> str:
        """Create or replace the connection."""
        self._api.put_connection(credentials_id, json.dumps(extra_of(credentials)))
        return f"the Airflow connection {credentials_id}"


class VaultBackend(BaseModel):
    """The arguments of Airflow's VaultBackend that say where connections are.

    https://airflow.apache.org/docs/apache-airflow-providers-hashicorp/stable/secrets-backends/hashicorp-vault.html
    """

    url: str | None = None
    connections_path: str | list[str] | None = "connections"
    mount_point: str = "secret"
    kv_engine_version: int = Field(default=2, ge=1, le=2)
    namespace: str | None = None
    token: str | None = Field(default=None, repr=False)

    def path(self, credentials_id: str) -> str:
        """Where a connection is below the mount. Of several paths Airflow looks at the first one first."""
        base = self.connections_path[0] if isinstance(self.connections_path, list) else self.connections_path
        return f"{(base or '').strip('/')}/{credentials_id}".lstrip("/")


class VaultTokens:
    """Connections in Vault's key/value store. ``token`` may write there; Airflow's own needs only to read."""

    def __init__(self, backend: VaultBackend, token: str | None) -> None:
        if not token:
            raise InvalidInput("VAULT_TOKEN", "it is not set", "Give a Vault token that may write the connections.")
        keep_secret(token)
        self._backend = backend
        self._token = token

    def keep(self, credentials_id: str, credentials: OAuthCredentials) -> str:
        """Write the connection's fields as Airflow's VaultBackend reads them."""
        from hvac.exceptions import InternalServerError, VaultDown, VaultError

        mount, path = self._backend.mount_point, self._backend.path(credentials_id)
        fields = {"conn_type": "generic", "extra": json.dumps(extra_of(credentials))}
        client = self._client()
        engine = client.secrets.kv.v2 if self._backend.kv_engine_version == 2 else client.secrets.kv.v1
        try:
            engine.create_or_update_secret(path=path, secret=fields, mount_point=mount)
        except (OSError, InternalServerError, VaultDown) as error:
            raise Retriable(f"Vault does not answer at {client.url}: {type(error).__name__}") from None
        except VaultError as error:
            raise Permanent(f"Vault refused to write {mount}/{path}: {error}") from None
        return f"Vault, {mount}/{path}"

    def _client(self) -> hvac.Client:
        import hvac

        return hvac.Client(url=self._backend.url, token=self._token, namespace=self._backend.namespace, timeout=30)


def extra_of(credentials: OAuthCredentials) -> dict[str, Any]:
    """Return what the connection's ``extra`` holds; dags/house/resources.py reads it."""
    return {
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "refresh_token": credentials.refresh_token,
    }
