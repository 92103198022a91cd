"""The passwords of Airflow's users: each has one, or nothing is created."""

from __future__ import annotations

import pytest

from stack.airflow_users import PASSWORD_VARIABLES, passwords_in
from stack.config import USERS
from ytempire.errors import InvalidInput

GIVEN = {variable: f"secret of {name}" for name, variable in PASSWORD_VARIABLES.items()}


def test_every_user_has_the_password_of_its_own_variable() -> None:
    assert passwords_in(GIVEN | {"PATH": "/usr/bin"}) == {name: f"secret of {name}" for name in USERS}


@pytest.mark.parametrize("variable", GIVEN)
def test_a_password_that_is_missing_or_empty_is_named(variable: str) -> None:
    others = {name: value for name, value in GIVEN.items() if name != variable}
    for given in (others, {**GIVEN, variable: ""}):
        with pytest.raises(InvalidInput, match=variable):
            passwords_in(given)
