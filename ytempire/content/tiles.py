"""The world as tiles: one square a country that has a YouTube chart, about where it lies.

A map by area would show Russia and hide Singapore; here every chart counts alike, which is what
is spoken of. Columns run from west to east, rows from north to south.
"""

from __future__ import annotations

COLUMNS = 20
ROWS = 11

_MAP = """
.. .. .. .. .. .. .. .. .. IS .. NO SE FI EE .. .. .. .. ..
CA .. .. .. .. .. .. IE GB DK DE PL LT LV BY RU KZ .. .. ..
US .. .. .. .. .. .. NL BE LU AT CZ SK UA MD GE AZ .. KR JP
MX GT HN DO PR .. PT FR CH LI SI HU RO BG TR IQ .. NP TW HK
.. SV NI JM .. .. ES IT MT HR BA RS MK GR CY LB JO PK BD LA
.. .. CR PA VE .. MA DZ TN ME LY EG IL KW BH QA AE IN TH VN
.. .. .. CO .. .. SN .. GH NG .. .. SA YE OM .. .. LK KH PH
.. .. EC PE BR .. .. .. .. .. UG KE .. .. .. .. .. MY SG ..
.. .. .. BO PY .. .. .. .. .. .. TZ .. .. .. .. .. ID PG ..
.. .. .. CL UY .. .. .. .. ZA ZW .. .. .. .. .. .. AU .. ..
.. .. .. AR .. .. .. .. .. .. .. .. .. .. .. .. .. .. NZ ..
"""

TILES: dict[str, tuple[int, int]] = {
    code: (column, row)
    for row, line in enumerate(_MAP.strip().splitlines())
    for column, code in enumerate(line.split())
    if code != ".."
}
"""Column and row of each country's tile, by ISO 3166 code."""
