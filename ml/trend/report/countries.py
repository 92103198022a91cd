"""Groups of countries in the report: the regions of the United Nations' M49, western Asia by its own name."""

from __future__ import annotations

_GROUPS = {
    "africa": "DZ EG GH KE LY MA NG SN TN TZ UG ZA ZW",
    "northern_america": "CA US",
    "latin_america": "AR BO BR CL CO CR DO EC GT HN JM MX NI PA PE PR PY SV UY VE",
    "western_asia": "AE AZ BH CY GE IL IQ JO KW LB OM QA SA TR YE",
    "other_asia": "BD HK ID IN JP KH KR KZ LA LK MY NP PH PK SG TH TW VN",
    "eastern_europe": "BG BY CZ HU MD PL RO RU SK UA",
    "other_europe": "AL AT BA BE CH DE DK EE ES FI FR GB GR HR IE IS IT LI LT LU LV ME MK MT NL NO PT RS SE SI",
    "oceania": "AU NZ PG",
}
_GROUP_OF = {code: name for name, codes in _GROUPS.items() for code in codes.split()}


def group_of(code: str) -> str:
    """Return the group of a country's ISO 3166 code, ``elsewhere`` for one that is not known."""
    return _GROUP_OF.get(code, "elsewhere")
