"""Creates the users admin, operator and viewer in Airflow's FAB auth manager, with our generated passwords."""

from __future__ import annotations

from stack.config import USERS, StackSettings, load


def create_users(settings: StackSettings) -> None:
    """Create each user with its role; one that exists gets the password that we know."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    with get_application_builder() as builder:
        manager = builder.sm
        manager.sync_roles()
        for name, role_name in USERS.items():
            password = settings.secrets[f"{name}_password"]
            if user := manager.find_user(name):
                manager.reset_password(user.id, password)
            else:
                role = manager.find_role(role_name)
                manager.add_user(name, name, "", f"{name}@localhost", role, password)


if __name__ == "__main__":
    create_users(load())
