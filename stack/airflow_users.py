"""Creates the users admin, operator and viewer in Airflow's FAB auth manager: `python -m stack.airflow_users`.

Their passwords come from YTEMPIRE_ADMIN_PASSWORD, YTEMPIRE_OPERATOR_PASSWORD and YTEMPIRE_VIEWER_PASSWORD: generated
ones on the native route, those of docker/.env in Docker.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from stack.config import USERS
from ytempire.errors import InvalidInput

PASSWORD_VARIABLES = {name: f"YTEMPIRE_{name.upper()}_PASSWORD" for name in USERS}


def passwords_in(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the password of each user. Raises InvalidInput naming the variable that is missing or empty."""
    for name, variable in PASSWORD_VARIABLES.items():
        if not environment.get(variable):
            raise InvalidInput(variable, f"the user {name} has no password", "Set this environment variable.")
    return {name: environment[variable] for name, variable in PASSWORD_VARIABLES.items()}


def create_users(passwords: Mapping[str, str]) -> None:
    """Create each user with its role and password; one that exists gets the password that is given."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    with get_application_builder() as builder:
        manager = builder.sm
        manager.sync_roles()
        for name, role_name in USERS.items():
            if user := manager.find_user(name):
                manager.reset_password(user.id, passwords[name])
            else:
                role = manager.find_role(role_name)
                manager.add_user(name, name, "", f"{name}@localhost", role, passwords[name])


if __name__ == "__main__":
    create_users(passwords_in(os.environ))
