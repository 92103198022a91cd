"""Types that several groups of settings share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Fraction = Annotated[float, Field(ge=0, le=1)]
Dollars = Annotated[float, Field(ge=0)]
