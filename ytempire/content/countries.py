"""Names of the countries that have a YouTube chart, by ISO 3166 code."""

from __future__ import annotations

_NAMES = """
AE the United Arab Emirates|AR Argentina|AT Austria|AU Australia|AZ Azerbaijan|BA Bosnia|BD Bangladesh
BE Belgium|BG Bulgaria|BH Bahrain|BO Bolivia|BR Brazil|BY Belarus|CA Canada|CH Switzerland|CL Chile
CO Colombia|CR Costa Rica|CY Cyprus|CZ Czechia|DE Germany|DK Denmark|DO the Dominican Republic
DZ Algeria|EC Ecuador|EE Estonia|EG Egypt|ES Spain|FI Finland|FR France|GB the United Kingdom|GE Georgia
GH Ghana|GR Greece|GT Guatemala|HK Hong Kong|HN Honduras|HR Croatia|HU Hungary|ID Indonesia|IE Ireland
IL Israel|IN India|IQ Iraq|IS Iceland|IT Italy|JM Jamaica|JO Jordan|JP Japan|KE Kenya|KH Cambodia
KR South Korea|KW Kuwait|KZ Kazakhstan|LA Laos|LB Lebanon|LI Liechtenstein|LK Sri Lanka|LT Lithuania
LU Luxembourg|LV Latvia|LY Libya|MA Morocco|MD Moldova|ME Montenegro|MK North Macedonia|MT Malta
MX Mexico|MY Malaysia|NG Nigeria|NI Nicaragua|NL the Netherlands|NO Norway|NP Nepal|NZ New Zealand
OM Oman|PA Panama|PE Peru|PG Papua New Guinea|PH the Philippines|PK Pakistan|PL Poland|PR Puerto Rico
PT Portugal|PY Paraguay|QA Qatar|RO Romania|RS Serbia|RU Russia|SA Saudi Arabia|SE Sweden|SG Singapore
SI Slovenia|SK Slovakia|SN Senegal|SV El Salvador|TH Thailand|TN Tunisia|TR Turkey|TW Taiwan|TZ Tanzania
UA Ukraine|UG Uganda|US the United States|UY Uruguay|VE Venezuela|VN Vietnam|YE Yemen|ZA South Africa
ZW Zimbabwe
"""
_BY_CODE = dict(entry.split(" ", 1) for line in _NAMES.strip().splitlines() for entry in line.strip().split("|"))


def country(region_code: str) -> str:
    """Return a country's name as said in a sentence; an unknown code stands for itself."""
    return _BY_CODE.get(region_code, region_code)


def country_label(region_code: str) -> str:
    """Return a country's name as written alone: without "the"."""
    return country(region_code).removeprefix("the ")
